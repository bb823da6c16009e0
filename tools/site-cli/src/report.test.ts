import { type GridEventRecord, type MemoryStore, memoryStore } from "@ballast/history";
import { beforeEach, expect, test } from "@jest/globals";
import { reportCommand } from "./report.ts";

const nowAtMs = Date.UTC(2026, 1, 10);
let store: MemoryStore;
let files: Map<string, string>;

const eventOf = (day: number): GridEventRecord => ({
  kind: "gridEvent",
  id: `2026010${day}T120000000Z-poc`,
  atMs: Date.UTC(2026, 0, day, 12),
  updatedAtMs: 1,
  meterId: "poc",
  trigger: "frequency",
  endedAtMs: Date.UTC(2026, 0, day, 12, 10),
  nadirHz: 49 + day / 10,
  unresponsiveIds: [],
  unconfirmedIds: [],
});

beforeEach(async () => {
  store = memoryStore();
  files = new Map();
  await store.write([1, 2, 3].map(eventOf));
});

async function report(...args: readonly string[]) {
  const said = { out: "", err: "" };
  const exitCode = await reportCommand(args, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    writeFile: async (path, text) => void files.set(path, text),
    nowAtMs: () => nowAtMs,
    site: () => ({ siteName: "Hill", nominalHz: 50, stagesHz: [49.5] }),
    openHistory: async () => ({ reader: store, close: async () => undefined }),
  });
  return { exitCode, ...said };
}

test("the list, newest first, or of one month", async () => {
  const { out, exitCode } = await report("list");
  expect(exitCode).toBe(0);
  expect(out.split("\n").map((line) => line.slice(0, 8))).toEqual([
    "20260103",
    "20260102",
    "20260101",
    "",
  ]);
  expect((await report("list", "--month", "2025-12")).out).toBe("No event was recorded.\n");
});

test.each([["event", "20260102T120000000Z-poc"], ["--last"], ["event", "--last"]])(
  "an event: %s %s",
  async (...args) => {
    const { out, exitCode } = await report(...args.filter((arg) => arg !== undefined));
    expect(exitCode).toBe(0);
    expect(out).toContain("<!doctype html>");
    expect(out).toContain(args.includes("--last") ? "20260103T" : "20260102T");
  },
);

test("into a file, for a program", async () => {
  const { err } = await report("--last", "--format", "json", "--out", "event.json");
  expect(err).toContain("event.json");
  expect(JSON.parse(files.get("event.json") ?? "")).toMatchObject({
    nominalHz: 50,
    siteName: "Hill",
  });
});

test("a month, in each format", async () => {
  expect(JSON.parse((await report("month", "2026-01", "--format", "json")).out).eventsCount).toBe(
    3,
  );
  expect((await report("month", "2026-01", "--format", "csv")).out).toContain(
    "grid events,count,3",
  );
  expect((await report("month", "2026-01")).out).toContain("Worst grid events");
});

test("an event that is not there: the nearest are named", async () => {
  const { err, exitCode } = await report("event", "20260103T1100");
  expect(exitCode).toBe(1);
  expect(err).toContain("There is no event 20260103T1100. The nearest:\n  20260103T120000000Z-poc");
});

test.each([
  [["event"], "event ID, or --last"],
  [["event", "x", "--last"], "event ID, or --last"],
  [["month"], "which month?"],
  [["month", "2026-13"], "is no month"],
  [["month", "2026-03"], "has not begun"],
  [["list", "--month", "soon"], "is no month"],
  [["--last", "--format", "pdf"], "--format is one of"],
  [["--last", "--product", "gold"], "--product is one of"],
  [["year", "2026"], "there are list, event and month"],
  [["list", "a", "b"], "one word too many"],
])("%j is answered with a sentence", async (args, sentence) => {
  const { exitCode, err } = await report(...args);
  expect(exitCode).toBe(1);
  expect(err).toContain(sentence);
});

test("a database that is away is said to be", async () => {
  store.setAway(true);
  expect((await report("list")).err).toContain("The database does not answer");
});
