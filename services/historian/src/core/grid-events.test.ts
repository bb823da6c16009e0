import type {
  GridEventRecord,
  GridEventSamplesRecord,
  HistoryRecord,
} from "@ballast/history/records";
import { beforeEach, expect, test } from "@jest/globals";
import { HistorianConfig, settingsOf } from "../config.ts";
import { fineMs } from "./chunked-series.ts";
import { continueWithinMs, eventIdOf, eventMaxMs } from "./grid-events.ts";
import { Recorder } from "./recorder.ts";

const settings = settingsOf(HistorianConfig.parse({}), { nominalHz: 50 });
const startAtMs = Date.UTC(2019, 7, 9, 15, 52, 0);
let monoMs = 0;
let recorder: Recorder;
let records: HistoryRecord[];
let notices: string[];

const now = () => ({ atMs: startAtMs + monoMs, monoMs });

beforeEach(() => {
  monoMs = 0;
  records = [];
  notices = [];
  recorder = new Recorder(settings, { now: now() });
});

function collect(): void {
  const taken = recorder.take();
  records.push(...taken.records);
  notices.push(...taken.notices.map(({ kind, event }) => `${kind} ${event.id}`));
}

function run(seconds: number, hzAt: (second: number) => number, rateHz = 20): void {
  for (let index = 0; index < seconds * rateHz; index += 1) {
    monoMs += 1_000 / rateHz;
    const { atMs } = now();
    const payload = { atMs, frequencyHz: hzAt(index / rateHz), quality: "good" as const };
    recorder.hear({ kind: "gridFrequency", meterId: "poc", payload }, now());
    if (monoMs % 1_000 < 1_000 / rateHz) recorder.tick(now());
  }
  collect();
}

const target = (targetKw: number, phase: "normal" | "shedding" | "lost"): void => {
  const payload = {
    atMs: now().atMs,
    targetKw,
    phase,
    binding: "frequency" as const,
    decisionId: "1",
  };
  recorder.hear({ kind: "loadTarget", payload }, now());
};

const events = (): readonly GridEventRecord[] => [
  ...new Map(
    records.flatMap((record) => (record.kind === "gridEvent" ? [[record.id, record]] : [])),
  ).values(),
];
const samples = (): readonly GridEventSamplesRecord[] =>
  records.flatMap((record) => (record.kind === "gridEventSamples" ? [record] : []));

const calm = (): number => 50;

test("a dip is one event, with half a minute before it and a minute after", () => {
  run(60, calm);
  const fellAtMs = now().atMs + 50;
  run(5, () => 49.8);
  run(70, calm);
  const [event] = events();
  expect(events()).toHaveLength(1);
  expect(event).toMatchObject({ trigger: "frequency", atMs: fellAtMs, nadirHz: 49.8 });
  expect(notices).toEqual([`began ${event?.id}`, `ended ${event?.id}`]);
  const firstAtMs = Math.min(...samples().map(({ atMs }) => atMs));
  const lastAtMs = Math.max(...samples().map((each) => each.atMs + (each.offsetsMs.at(-1) ?? 0)));
  expect(fellAtMs - firstAtMs).toBe(30_000);
  expect(lastAtMs - (event?.endedAtMs ?? 0)).toBe(60_000);
});

test("on the edge of the band nothing is an event; a slow meter's noise is none either", () => {
  run(100, (second) => (second % 2 === 0 ? 49.85 : 49.86), 1);
  expect(events()).toEqual([]);
});

test("a fast fall within the band is an event by its slope", () => {
  run(60, () => 50.14);
  run(2, (second) => 50.14 - 0.14 * second);
  run(62, () => 49.86);
  expect(events()).toMatchObject([{ trigger: "slope" }]);
});

test("a second dip within the minute belongs to the first; after it, it is its own", () => {
  run(40, calm);
  for (const pauseS of [50, 70, 70]) {
    run(2, () => 49.7);
    run(pauseS, calm);
  }
  expect(events()).toHaveLength(2);
});

test("a shed opens an event whatever the frequency, and holds it open", () => {
  run(40, calm);
  target(560, "normal");
  run(1, calm);
  target(280, "shedding");
  expect(recorder.memory.event?.event).toMatchObject({ trigger: "phase", targetBeforeKw: 560 });
});

test("a site that was blind from its start has no event; one that loses its sight has", () => {
  target(0, "lost");
  recorder.tick(now());
  expect(recorder.memory.event).toBeUndefined();
  target(560, "normal");
  target(560, "lost");
  expect(recorder.memory.event?.event.trigger).toBe("phase");
});

test("samples that are not good open nothing", () => {
  for (let count = 0; count < 100; count += 1) {
    monoMs += 50;
    const payload = { atMs: now().atMs, frequencyHz: 40, quality: "bad" as const };
    recorder.hear({ kind: "gridFrequency", meterId: "poc", payload }, now());
  }
  expect(recorder.memory.event).toBeUndefined();
});

test("after a crash the event goes on, and keeps its name and its nadir", () => {
  run(40, calm);
  run(4, () => 49.2);
  const memory = recorder.memory;
  monoMs += continueWithinMs / 2;
  recorder = new Recorder(settings, { now: now(), memory });
  run(70, calm);
  expect(events()).toHaveLength(1);
  expect(events()[0]).toMatchObject({ id: memory.event?.event.id, nadirHz: 49.2 });
  expect(events()[0]?.endedAtMs).toBeDefined();
});

test("after a long absence it ends where it was last heard", () => {
  run(40, calm);
  run(4, () => 49.2);
  const memory = recorder.memory;
  const heardAtMs = now().atMs;
  monoMs += continueWithinMs + 1;
  recorder = new Recorder(settings, { now: now(), memory });
  run(1, calm);
  expect(events()).toMatchObject([{ endedAtMs: heardAtMs }]);
});

test("a very long event is thinned to its lowest sample a second, and ends at last", () => {
  run(40, calm, 2);
  run(fineMs / 1_000 + 60, () => 49.5, 2);
  const thinFromAtMs = now().atMs;
  run(60, (second) => (second % 1 === 0 ? 49.4 : 49.6), 2);
  recorder.flush(now());
  collect();
  const thin = samples().filter(({ atMs }) => atMs >= thinFromAtMs);
  const values = thin.flatMap((each) => each.values);
  expect(values.length).toBeLessThanOrEqual(62);
  expect(values.length).toBeGreaterThan(40);
  expect(new Set(values)).toEqual(new Set([49.4]));
  run(eventMaxMs / 1_000, () => 49.5, 1);
  expect(events().filter(({ endedAtMs }) => endedAtMs !== undefined).length).toBeGreaterThan(0);
});

test("an event is named by its instant and its meter", () => {
  expect(eventIdOf(Date.UTC(2019, 7, 9, 15, 52, 33, 490), "poc")).toBe("20190809T155233490Z-poc");
});
