import type { Random } from "@ballast/kernel";
import type { ScriptGridSpec, ScriptStep } from "../scenario.ts";
import { smoothNoise } from "../smooth-noise.ts";
import type { Grid, PerPhase } from "./grid.ts";
import { type Piece, timelineGrid } from "./timeline.ts";

/** A noise swells and ebbs over this time, so that the frequency never jumps at its ends. */
const noiseFadeMs = 10_000;

/** Where one step of a script leaves the supply for the next. */
interface Standing {
  readonly fromMs: number;
  readonly frequencyHz: number;
  readonly voltageRatios: PerPhase;
  /** What is left of the voltage, while the bus is dead. */
  readonly deadVoltageRatio: number | undefined;
}

/** Plays a script: each step begins where the one before ended; the last value is held. */
export function scriptGrid(spec: ScriptGridSpec, nominalHz: number, random: Random): Grid {
  const nominal = { frequencyHz: nominalHz, voltageRatios: [1, 1, 1] as const };
  let standing: Standing = { fromMs: 0, ...nominal, deadVoltageRatio: undefined };
  const pieces: Piece[] = [];
  spec.steps.forEach((step, index) => {
    const piece = pieceFor(step, standing, nominalHz, random.fork(`step/${index}`));
    if (piece !== undefined) pieces.push(piece);
    standing = standingAfter(step, standing, nominalHz);
  });
  const { fromMs, frequencyHz, deadVoltageRatio } = standing;
  const isDead = deadVoltageRatio !== undefined;
  const voltageRatios = isDead ? same(deadVoltageRatio) : standing.voltageRatios;
  const rest: Piece = { fromMs, voltageRatios, frequencyHzAt: () => frequencyHz };
  const [first = rest, ...others] = pieces;
  return timelineGrid([first, ...others, rest]);
}

/** A bus that comes back to life does so at nominal frequency, whatever the analyser showed. */
const baseHz = (standing: Standing, nominalHz: number): number =>
  standing.deadVoltageRatio === undefined ? standing.frequencyHz : nominalHz;

const same = (ratio: number): PerPhase => [ratio, ratio, ratio];

function pieceFor(
  step: ScriptStep,
  standing: Standing,
  nominalHz: number,
  random: Random,
): Piece | undefined {
  const { fromMs, voltageRatios } = standing;
  const fromHz = baseHz(standing, nominalHz);
  const piece = (frequencyHzAt: Piece["frequencyHzAt"]): Piece => ({
    fromMs,
    voltageRatios,
    frequencyHzAt,
  });
  switch (step.kind) {
    case "hold":
      return piece(() => fromHz);
    case "step":
      return piece(() => step.toHz);
    case "ramp":
      return piece(line(fromMs, fromHz, step.untilS * 1_000, step.toHz));
    case "sine": {
      const perMs = (2 * Math.PI) / (step.periodS * 1_000);
      return piece((atMs) => fromHz + step.amplitudeHz * Math.sin(perMs * (atMs - fromMs)));
    }
    case "noise": {
      const span = { shortestMs: step.shortestS * 1_000, longestMs: step.longestS * 1_000 };
      const noise = smoothNoise(random, span);
      const untilMs = step.untilS * 1_000;
      return piece((atMs) => {
        const fade = Math.min(1, (atMs - fromMs) / noiseFadeMs, (untilMs - atMs) / noiseFadeMs);
        return fromHz + step.deviationHz * fade * noise.at(atMs);
      });
    }
    case "voltage":
      return undefined;
    case "dead-bus":
      return {
        fromMs,
        voltageRatios: same(step.voltageRatio),
        frequencyHzAt: line(fromMs, standing.frequencyHz, step.untilS * 1_000, step.readingToHz),
      };
  }
}

function standingAfter(step: ScriptStep, standing: Standing, nominalHz: number): Standing {
  if (step.kind === "voltage") return { ...standing, voltageRatios: step.toRatios };
  const fromMs = step.untilS * 1_000;
  const alive = { ...standing, fromMs, deadVoltageRatio: undefined };
  switch (step.kind) {
    case "hold":
    case "sine":
    case "noise":
      return { ...alive, frequencyHz: baseHz(standing, nominalHz) };
    case "step":
    case "ramp":
      return { ...alive, frequencyHz: step.toHz };
    case "dead-bus": {
      const { readingToHz: frequencyHz, voltageRatio: deadVoltageRatio } = step;
      return { ...standing, fromMs, frequencyHz, deadVoltageRatio };
    }
  }
}

const line =
  (fromMs: number, fromHz: number, untilMs: number, toHz: number) =>
  (atMs: number): number =>
    fromHz + ((toHz - fromHz) * (atMs - fromMs)) / (untilMs - fromMs);
