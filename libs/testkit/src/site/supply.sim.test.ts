import {
  feederProof,
  loadDecision,
  loadTarget,
  type PayloadOf,
  paramsOf,
  powerSupply,
  serviceAlarm,
} from "@ballast/contracts";
import { gaugeId } from "@ballast/sim-devices";
import type { Scenario } from "@ballast/sim-plant";
import { scenarioByName } from "@ballast/simulator";
import { describe, expect, test } from "@jest/globals";
import { buildSite, type SimulatedSite, type SiteOptions } from "./build-site.ts";
import { allCheckers } from "./checkers.ts";
import type { Fault } from "./fault.ts";
import { type PlantedBug, withBug } from "./planted-bugs.ts";
import { supplyBugs } from "./supply-bugs.ts";
import { gaugeSilent, supplyCheckers } from "./supply-checkers.ts";

const secondMs = 1_000;
/** In hydro-falls the water begins to fall at 150 s, has fallen at 170 s, returns from 750 s on. */
const fallenMs = 180 * secondMs;
const returnMs = 750 * secondMs;
const minerCount = 160;

function hydroFalls(): Scenario {
  const scenario = scenarioByName("hydro-falls");
  if (!scenario.ok) throw new Error(scenario.fault.detail);
  return scenario.value;
}

/** The gauge at the station falls silent for good. */
const gaugeSilentFrom = (fromMs: number): Fault => ({
  name: gaugeSilent,
  schedule: (stage) => {
    stage.clock.after(fromMs, gaugeSilent, () => {
      stage.mark(gaugeSilent, true);
      stage.setSensorFault(gaugeId, "silent");
    });
  },
});

async function river(more: Partial<SiteOptions> = {}) {
  const supplies: PayloadOf<typeof powerSupply>[] = [];
  const bindings = new Set<string>();
  const alarms = new Set<string>();
  const counts = { decisions: 0, followed: 0 };
  const site = await buildSite({
    seed: 1,
    durationMs: 2_400 * secondMs,
    minerCount,
    scenario: hydroFalls(),
    checkers: [...allCheckers, ...supplyCheckers],
    onMessage: ({ address, text }) => {
      if (address === powerSupply.address)
        supplies.push(powerSupply.payload.parse(JSON.parse(text)));
      if (paramsOf(serviceAlarm, address) !== undefined) {
        const { code, subject, isRaised } = serviceAlarm.payload.parse(JSON.parse(text));
        if (isRaised) alarms.add(`${code}/${subject}`);
      }
      if (address === loadDecision.address) counts.decisions += 1;
      if (paramsOf(feederProof, address) !== undefined) {
        const { state } = feederProof.payload.parse(JSON.parse(text));
        if (state === "follows") counts.followed += 1;
      }
      if (address === loadTarget.address) {
        bindings.add(loadTarget.payload.parse(JSON.parse(text)).binding);
      }
    },
    ...more,
  });
  return { site, supplies, bindings, alarms, counts };
}

const powerKw = ({ plant, clock }: SimulatedSite): number =>
  plant.feederAt(clock.monotonicMs()).powerKw;

test("a river loses two fifths of its water: the site stays below what is there, and comes back", async () => {
  const { site, supplies, bindings, alarms, counts } = await river();
  await site.run(140 * secondMs);
  expect(powerKw(site)).toBeGreaterThan(560);
  await site.run(fallenMs - 140 * secondMs);
  expect(powerKw(site)).toBeLessThan(475);
  expect(bindings).toContain("supply");
  expect(bindings).not.toContain("frequency"); // The supply's word was there first.
  await site.run(returnMs - fallenMs);
  // It has found its place below the reserve, which is a tenth of about 470 kW.
  expect(powerKw(site)).toBeGreaterThan(350);
  expect(powerKw(site)).toBeLessThan(425);
  await site.run(450 * secondMs);
  expect(powerKw(site)).toBeGreaterThan(560);
  expect(supplies.some(({ state }) => state === "holding")).toBe(true);
  expect(site.violations).toEqual([]);
  expect([...alarms]).toEqual([]);
  // 16 feeders were proven for minutes, and a supply that is never still moved the target seldom.
  expect(counts.followed).toBeGreaterThan(1_000);
  expect(counts.decisions).toBeLessThan(150);
});

test.each([152, 160])(
  "its gauge dies %i s into the day, while the water falls: nothing goes dark",
  async (fromS) => {
    const { site, supplies, bindings } = await river({
      faults: [gaugeSilentFrom(fromS * secondMs)],
    });
    await site.run(fallenMs + 240 * secondMs);
    expect(supplies.at(-1)?.state).toBe("decaying");
    expect(site.violations).toEqual([]);
    // Before a trend was seen, only the falling frequency can tell.
    if (fromS === 152) expect(bindings).toContain("frequency");
    const { allowKw } = supplies.at(-1) ?? { allowKw: Number.NaN };
    expect(powerKw(site)).toBeLessThan(allowKw);
  },
);

// A checker that cannot fail proves nothing.
describe.each(supplyBugs)("$name", (bug: PlantedBug) => {
  test("is noticed", async () => {
    const { site } = await river({ replace: withBug(bug), ...bug.circumstances });
    for (let ranMs = 0; ranMs < returnMs; ranMs += 30 * secondMs) {
      await site.run(30 * secondMs);
      if (site.violations.some(({ checker }) => bug.noticedBy.includes(checker))) return;
    }
    expect(site.violations.map(({ checker }) => checker)).toContain(bug.noticedBy[0]);
  });
});
