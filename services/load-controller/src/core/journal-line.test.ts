import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { exampleConfig } from "../config.ts";
import { lawOf } from "../parameters.ts";
import { replayJournal } from "../replay/replay-journal.ts";
import { decide } from "./decide.ts";
import { decodeLine, encodeEntry, encodeHead } from "./journal-line.ts";
import type { Picture } from "./picture.ts";
import { bootState, type State } from "./state.ts";

const law = lawOf(exampleConfig);

const picture = fc.record({
  nowMonoMs: fc.integer({ min: 0, max: 1e10 }),
  wallAtMs: fc.integer({ min: 0, max: 2e12 }),
  caps: fc.array(
    fc.record({
      source: fc.constantFrom("operator", "price"),
      capW: fc.integer({ min: 0, max: 600_000 }),
      expiresAtMs: fc.integer({ min: 0, max: 2e12 }),
    }),
    { maxLength: 3 },
  ),
  supply: fc.option(
    fc.record({ capW: fc.nat(600_000), trueAtMonoMs: fc.integer({ min: 0, max: 1e10 }) }),
    { nil: undefined },
  ),
  fleet: fc.option(fc.record({ commandedW: fc.nat(600_000), isReadBack: fc.boolean() }), {
    nil: undefined,
  }),
  targetBeforeStartW: fc.option(fc.nat(600_000), { nil: undefined }),
  meters: fc.array(
    fc.record({
      samples: fc.array(
        fc.record({
          frequencyMilliHz: fc.integer({ min: -1_000, max: 70_000 }),
          quality: fc.constantFrom("good" as const, "suspect" as const, "bad" as const),
          isDeadBus: fc.boolean(),
          measuredMonoMs: fc.integer({ min: 0, max: 1e10 }),
        }),
        { maxLength: 2 },
      ),
      state: fc.constantFrom("good" as const, "dead-bus" as const, undefined),
      voltage: fc.option(
        fc.record({
          voltageMaxRatio: fc.double({ min: 0, max: 2, noNaN: true }).map((ratio) => ratio + 0),
          measuredMonoMs: fc.integer({ min: 0, max: 1e10 }),
        }),
        { nil: undefined },
      ),
    }),
    { maxLength: 2 },
  ),
});

test("what is written is read back, to the last digit", () => {
  fc.assert(
    fc.property(picture, fc.option(fc.nat(600_000), { nil: undefined }), (seen, targetW) => {
      const said = { targetW, reason: "stage" as const, phase: "shedding" as const };
      const line = decodeLine(encodeEntry(seen, said));
      expect(line).toEqual({ kind: "entry", entry: { picture: seen, said } });
    }),
  );
});

test("garbage is unreadable, never a fault of ours", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
      expect(["head", "entry", "unreadable"]).toContain(decodeLine(line).kind);
    }),
  );
  const whole = encodeEntry(calm(1_000, 50_000), { targetW: 1, reason: "hold", phase: "holding" });
  for (let length = 0; length < whole.length; length += 1) {
    expect(decodeLine(whole.slice(0, length)).kind).toBe("unreadable");
  }
});

function calm(nowMonoMs: number, frequencyMilliHz: number): Picture {
  const sample = { frequencyMilliHz, quality: "good" as const, isDeadBus: false };
  return {
    nowMonoMs,
    wallAtMs: 1_767_225_600_000 + nowMonoMs,
    meters: [
      {
        samples: [{ ...sample, measuredMonoMs: nowMonoMs }],
        state: "good",
        voltage: { voltageMaxRatio: 1.0023, measuredMonoMs: nowMonoMs - 200 },
      },
    ],
    caps: [{ source: "operator", capW: 450_000, expiresAtMs: 1_767_229_200_000 }],
    supply: undefined,
    fleet: { commandedW: 450_000, isReadBack: true },
    targetBeforeStartW: undefined,
  };
}

/** An hour with a dip in it, as the service would have journalled it. */
function journalled(): readonly string[] {
  let state: State = bootState({ nowMonoMs: 0, seed: 5 }, law);
  const lines = [encodeHead(law, state)];
  for (let second = 1; second < 3_600; second += 1) {
    if (second === 1_000) lines.push(encodeHead(law, state)); // A new file begins here.
    const seen = calm(second * 1_000, second > 900 && second < 930 ? 49_550 : 50_000);
    const decision = decide(state, seen, law);
    lines.push(encodeEntry(seen, decision));
    ({ state } = decision);
  }
  return lines;
}

test("a journal replays to the same decisions, from its beginning and from a later file", () => {
  const lines = journalled();
  expect(replayJournal(lines.join("\n"))).toEqual({
    decisionCount: 3_599,
    unreadableCount: 0,
    difference: undefined,
  });
  const later = lines.slice(
    lines.lastIndexOf(lines.filter((line) => line.startsWith("{")).at(-1) ?? ""),
  );
  expect(replayJournal(later.join("\n"))).toMatchObject({
    decisionCount: 2_600,
    difference: undefined,
  });
});

test("a journal of before the supply was followed replays as it did", () => {
  const lines = journalled().map((line) => {
    const { law: newer, ...head } = line.startsWith("{") ? JSON.parse(line) : { law: undefined };
    if (newer === undefined) return line.replace(/,null\]$/, "]");
    const { supply: _, ...older } = newer;
    return JSON.stringify({ ...head, law: older });
  });
  expect(lines.some((line) => line.includes("supply") || line.endsWith(",null]"))).toBe(false);
  expect(replayJournal(lines.join("\n"))).toEqual({
    decisionCount: 3_599,
    unreadableCount: 0,
    difference: undefined,
  });
});

test("a night with a failing supply replays to the same decisions", () => {
  const island = { ...law, supply: { freshMs: 5_000 } };
  let state: State = bootState({ nowMonoMs: 0, seed: 5 }, island);
  const lines = [encodeHead(island, state)];
  const targets = new Set<number | undefined>();
  for (let second = 1; second < 1_800; second += 1) {
    const capW = 560_000 - 100 * second;
    // In the last ten minutes nothing is heard any more.
    const trueAtMonoMs = Math.min(second, 1_200) * 1_000;
    const seen = { ...calm(second * 1_000, 50_000), supply: { capW, trueAtMonoMs } };
    const decision = decide(state, seen, island);
    lines.push(encodeEntry(seen, decision));
    targets.add(decision.targetW);
    ({ state } = decision);
  }
  expect(targets.size).toBeGreaterThan(500);
  expect(replayJournal(lines.join("\n"))).toMatchObject({ difference: undefined });
  const deaf = lines.map((line) => line.replace(/,\[\d+,\d+\]\]$/, ",null]"));
  expect(replayJournal(deaf.join("\n")).difference).toContain("the journal says");
});

test("the first decision that differs is named with its line", () => {
  const lines = journalled().map((line, index) =>
    index === 902 ? line.replace(/,\d+,("\w+","\w+",null\])$/, ",449999,$1") : line,
  );
  expect(replayJournal(lines.join("\n")).difference).toMatch(
    /^line 903, 2026-01-01T00:15:02\.000Z: the journal says 449999 W/,
  );
});

test("a line is short enough for twenty a second", () => {
  const line = encodeEntry(calm(123_456_789, 49_987), {
    targetW: 450_000,
    reason: "frequency-lost",
    phase: "recovering",
  });
  expect(line.length).toBeLessThan(300);
});
