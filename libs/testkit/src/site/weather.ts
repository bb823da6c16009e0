import { type Random, seededRandom } from "@ballast/kernel";
import { Scenario } from "@ballast/sim-plant";

interface Step {
  readonly kind: string;
  readonly untilS?: number;
  readonly [setting: string]: unknown;
}

/** How often something happens to the grid: about eight times an hour. */
const calmMinS = 120;
const calmMaxS = 700;

/**
 * A grid that no forecast fits: calm with noise, shallow and deep dips, fast falls, low voltage, now
 * and then a dead bus; after the trouble it stays calm. The seed is the only source of chance.
 */
export function weather(seed: number, troubleS: number, durationS: number): Scenario {
  const random = seededRandom(seed).fork("weather");
  const steps: Step[] = [];
  let nowS = 0;
  const until = (lengthS: number): number => {
    nowS += Math.max(0.1, lengthS);
    return Number(nowS.toFixed(3));
  };
  // Long enough for a site to find its feet: nothing returns in its first minutes.
  steps.push({ kind: "noise", untilS: until(200), deviationHz: 0.015 });
  while (nowS < troubleS) {
    steps.push(...trouble(random, until));
    const calmS = calmMinS + random.next() * (calmMaxS - calmMinS);
    steps.push({ kind: "noise", untilS: until(calmS), deviationHz: 0.005 + 0.02 * random.next() });
  }
  if (nowS < durationS) {
    steps.push({ kind: "noise", untilS: until(durationS - nowS), deviationHz: 0.012 });
  }
  return Scenario.parse({
    name: "weather",
    title: `Weather of seed ${seed}`,
    description: "Drawn by chance for a simulation; see its seed.",
    durationS: Math.max(nowS, durationS),
    nominalHz: 50,
    grid: { kind: "script", steps },
    expectations: ["Whatever comes: no invariant is broken."],
  });
}

function trouble(random: Random, until: (lengthS: number) => number): readonly Step[] {
  const between = (min: number, max: number): number => min + random.next() * (max - min);
  const back: Step = { kind: "ramp", toHz: 50, untilS: 0 };
  const hold = (lengthS: number): Step => ({ kind: "hold", untilS: until(lengthS) });
  const fall = (kind: "ramp" | "step", toHz: number, lengthS: number): Step => ({
    kind,
    toHz: Number(toHz.toFixed(3)),
    untilS: until(lengthS),
  });
  switch (random.integer(0, 5)) {
    case 0: // A dip into the stages and back.
      return [
        fall("ramp", between(49.45, 49.68), between(3, 20)),
        hold(between(5, 60)),
        { ...back, untilS: until(between(5, 40)) },
      ];
    case 1: // A lost power station: fast and deep.
      return [
        fall("ramp", between(48.6, 49.4), between(2, 8)),
        hold(between(10, 90)),
        { ...back, untilS: until(between(20, 90)) },
      ];
    case 2: // Steps through the stages.
      return [
        fall("step", between(49.6, 49.7), between(2, 6)),
        fall("step", between(49.52, 49.6), between(2, 6)),
        { ...back, untilS: until(between(3, 10)) },
      ];
    case 3: // Lingering at the edge of the first stage: no chatter.
      return [
        fall("ramp", between(49.66, 49.7), 10),
        { kind: "sine", untilS: until(between(60, 180)), amplitudeHz: 0.04, periodS: 31 },
        { ...back, untilS: until(20) },
      ];
    case 4: {
      // Low voltage on all phases.
      const ratio = Number(between(0.82, 0.89).toFixed(3));
      return [
        { kind: "voltage", toRatios: [ratio, ratio, ratio] },
        hold(between(3, 40)),
        { kind: "voltage", toRatios: [1, 1, 1] },
        hold(1),
      ];
    }
    default: // The bus dies while the meter goes on to show a number, and comes back.
      return [
        { kind: "dead-bus", untilS: until(between(3, 60)), readingToHz: 42 },
        { kind: "voltage", toRatios: [1, 1, 1] },
        fall("step", 50, 1),
      ];
  }
}
