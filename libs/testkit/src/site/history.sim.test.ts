import { recoverLines } from "@ballast/asic-controller";
import { minerCycle, type PayloadOf } from "@ballast/contracts";
import { Scenario } from "@ballast/sim-plant";
import { describe, expect, test } from "@jest/globals";
import { buildSite, type SimulatedSite } from "./build-site.ts";
import { defineChecker, type NamedChecker } from "./checker.ts";
import type { FakeHistorian } from "./fake-historian.ts";
import { type Fault, faults } from "./fault.ts";

const minuteMs = 60_000;

/** Stops that reached a running miner, by the physics alone. */
function stopCounter(): { checker: NamedChecker; counts: ReadonlyMap<string, number> } {
  const counts = new Map<string, number>();
  const checker = defineChecker("stop-counter", ({ plant }) => ({
    onCommand: ({ kind, minerId, monoMs }) => {
      const mode = plant.miner(minerId)?.stateAt(monoMs).mode;
      const isCycle = kind === "sleep" && (mode === "hashing" || mode === "starting");
      if (isCycle) counts.set(minerId, (counts.get(minerId) ?? 0) + 1);
    },
  }));
  return { checker, counts };
}

const cyclesIn = ({ rows }: FakeHistorian): readonly PayloadOf<typeof minerCycle>[] =>
  [...rows.values()].flatMap(({ text, topic }) =>
    topic === minerCycle ? [minerCycle.payload.parse(JSON.parse(text))] : [],
  );

const countBy = (keys: readonly string[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
};

function wearOnDisk(site: SimulatedSite): Readonly<Record<string, number>> {
  const journal = site.storageOf("asic-controller").contentOf("cycles.jsonl");
  const { records } = recoverLines(journal ?? new Uint8Array());
  return Object.fromEntries(
    [...records]
      .filter(([, { cyclesCount }]) => cyclesCount > 0)
      .map(([id, { cyclesCount }]) => [id, cyclesCount]),
  );
}

/** Falls through all stages; no blackout, behind which a firmware would start by itself. */
const fallsAtS = [240, 1_300, 2_300];
function dips(): Scenario {
  const falls = fallsAtS.flatMap((atS) => [
    { kind: "hold", untilS: atS },
    { kind: "ramp", untilS: atS + 4, toHz: 49.4 },
    { kind: "hold", untilS: atS + 24 },
    { kind: "ramp", untilS: atS + 30, toHz: 50 },
  ]);
  return Scenario.parse({
    name: "dips",
    title: "Three falls",
    description: "Made for the history.",
    durationS: 3_600,
    nominalHz: 50,
    grid: { kind: "script", steps: [...falls, { kind: "hold", untilS: 3_600 }] },
    expectations: ["Every stop is in the history."],
  });
}

/** Each fall kills whoever tells miners to stop, while they are being told. */
const killsInSheds: Fault = {
  name: "service-restart",
  schedule: (stage) => {
    for (const atS of fallsAtS) {
      for (let kill = 0; kill < 3; kill += 1) {
        const afterMs = atS * 1_000 + stage.random.next() * 6_000;
        stage.clock.after(afterMs, "kill", () => stage.restartService("asic-controller", 700));
      }
    }
  },
};

describe.each([1, 2, 3, 4])("seed %i", (seed) => {
  test("the history has every cycle once, whatever is killed when", async () => {
    const { checker, counts } = stopCounter();
    const said = new Map<string, string>();
    const reused: string[] = [];
    const site = await buildSite({
      seed,
      durationMs: 60 * minuteMs,
      minerCount: 24,
      diskDelayMaxMs: 40,
      scenario: dips(),
      checkers: [checker],
      faults: [
        faults.brokerRestart(),
        faults.serviceRestart(),
        killsInSheds,
        faults.historianRestart(),
        faults.slowBus(),
      ],
      onMessage: ({ address, text }) => {
        if (!address.endsWith("/cycle")) return;
        const { cycleId } = minerCycle.payload.parse(JSON.parse(text));
        if ((said.get(cycleId) ?? text) !== text) reused.push(cycleId);
        said.set(cycleId, text);
      },
    });
    await site.run(62 * minuteMs);
    const offs = cyclesIn(site.historian).filter(({ kind }) => kind === "off");
    const inHistory = countBy(offs.map(({ minerId }) => minerId));
    expect(offs.length).toBeGreaterThan(0);
    expect(reused).toEqual([]);
    expect([...site.historian.reusedIds]).toEqual([]);
    expect([...said.keys()].filter((id) => !site.historian.rows.has(id))).toEqual([]);
    expect(inHistory).toEqual(wearOnDisk(site));
    expect(inHistory).toEqual(Object.fromEntries(counts));
    // Each stop of a miner has its number: none is missing, none is there twice.
    const numbers = new Set(offs.map(({ cyclesCount, minerId }) => `${minerId} ${cyclesCount}`));
    expect(numbers.size).toBe(offs.length);
  });
});
