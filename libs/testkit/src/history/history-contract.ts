import type { HistoryRecord, HistoryStore, RecordKind } from "@ballast/history";
import { recordKinds } from "@ballast/history";
import { describe, expect, test } from "@jest/globals";
import { cycleAt, gridEventAt, minerOf, oneOfEach } from "./sample-records.ts";

export interface StoreUnderTest {
  readonly store: HistoryStore;
  setAway(isAway: boolean): void;
  /** The next write is done, and nobody hears of it. */
  loseNextAnswer(): void;
  close(): Promise<void>;
}

const atMs = Date.UTC(2026, 8, 30, 23, 59, 59, 123);
const monthMs = 31 * 86_400_000;

/** What every store of the history promises. */
export function historyContract(name: string, open: () => Promise<StoreUnderTest>): void {
  const withStore = (run: (under: StoreUnderTest) => Promise<void>) => async (): Promise<void> => {
    const under = await open();
    try {
      await run(under);
    } finally {
      await under.close();
    }
  };
  const all = async (store: HistoryStore, kind: RecordKind): Promise<readonly HistoryRecord[]> => {
    const read = await store.read(kind, { countMax: 10_000 });
    expect(read).toMatchObject({ ok: true });
    return read.ok ? read.value : [];
  };

  describe(`history contract: ${name}`, () => {
    test(
      "every kind of record comes back as it went in",
      withStore(async ({ store }) => {
        const records = oneOfEach(atMs);
        expect(records.map(({ kind }) => kind).sort()).toEqual([...recordKinds].sort());
        expect(await store.write(records)).toEqual({ ok: true, value: undefined });
        for (const record of records) expect(await all(store, record.kind)).toEqual([record]);
      }),
    );

    test(
      "the same record is one row, in one batch and in many",
      withStore(async ({ store }) => {
        const records = [cycleAt(atMs), cycleAt(atMs + 1), cycleAt(atMs)];
        for (let round = 0; round < 3; round += 1) await store.write(records);
        expect(await all(store, "cycle")).toEqual([cycleAt(atMs), cycleAt(atMs + 1)]);
      }),
    );

    test(
      "the first word on a cycle stays, and the newer word on an event wins in any order",
      withStore(async ({ store }) => {
        await store.write([cycleAt(atMs)]);
        await store.write([{ ...cycleAt(atMs), reason: "another" }]);
        expect(await all(store, "cycle")).toEqual([cycleAt(atMs)]);
        const [old, middle, last] = [1, 2, 3].map((step) => ({
          ...gridEventAt(atMs, atMs + step),
          nadirHz: 50 - step / 10,
        }));
        if (old === undefined || middle === undefined || last === undefined) return;
        await store.write([middle, old]);
        expect(await all(store, "gridEvent")).toEqual([middle]);
        await store.write([last]);
        await store.write([middle]);
        expect(await all(store, "gridEvent")).toEqual([last]);
      }),
    );

    test(
      "a miner is described anew, and stays as old as it is",
      withStore(async ({ store }) => {
        await store.write([minerOf("m001", atMs, "S19")]);
        await store.write([minerOf("m001", atMs + 5, "S21")]);
        expect(await all(store, "miner")).toEqual([{ ...minerOf("m001", atMs + 5, "S21"), atMs }]);
      }),
    );

    test(
      "months may come in any order, also late ones and those ahead",
      withStore(async ({ store }) => {
        const months = [0, -30, 14, 1, -1, -200];
        const records = months.map((offset) => cycleAt(atMs + offset * monthMs));
        for (const record of records) {
          expect(await store.write([record])).toMatchObject({ ok: true });
        }
        const inOrder = [...records].sort((left, right) => left.atMs - right.atMs);
        expect(await all(store, "cycle")).toEqual(inOrder);
        const read = await store.read("cycle", {
          fromAtMs: atMs,
          untilAtMs: atMs + 1,
          countMax: 5,
        });
        expect(read).toEqual({ ok: true, value: [cycleAt(atMs)] });
      }),
    );

    test(
      "a selection takes the newest or the oldest, some ids, or one event",
      withStore(async ({ store }) => {
        const records = [0, 1, 2, 3].map((offset) => cycleAt(atMs + offset));
        await store.write([...records, ...oneOfEach(atMs + 1_000)]);
        const newest = await store.read("cycle", { countMax: 2, order: "newest" });
        expect(newest).toEqual({ ok: true, value: [cycleAt(atMs + 1_000), records[3]] });
        const ids = await store.read("cycle", { ids: [records[1]?.id ?? ""], countMax: 5 });
        expect(ids).toEqual({ ok: true, value: [records[1]] });
        const eventId = `event-${atMs + 1_000}`;
        const samples = await store.read("gridEventSamples", { eventId, countMax: 5 });
        expect(samples).toMatchObject({ ok: true, value: [{ eventId }] });
        const others = await store.read("gridEventSamples", { eventId: "none", countMax: 5 });
        expect(others).toEqual({ ok: true, value: [] });
      }),
    );

    test(
      "a batch whose answer was lost can be sent again",
      withStore(async ({ store, loseNextAnswer }) => {
        const records = [cycleAt(atMs), cycleAt(atMs + 1)];
        await store.write([cycleAt(atMs + 2)]); // Connected, and the month is there.
        loseNextAnswer();
        expect(await store.write(records)).toMatchObject({
          ok: false,
          fault: { code: "database.away" },
        });
        expect(await all(store, "cycle")).toHaveLength(3); // It was done all the same.
        expect(await store.write(records)).toMatchObject({ ok: true });
        expect(await all(store, "cycle")).toHaveLength(3);
      }),
    );

    test(
      "away is a fault with a name, and back is as if nothing had been",
      withStore(async ({ store, setAway }) => {
        await store.write([cycleAt(atMs)]);
        setAway(true);
        for (let attempt = 0; attempt < 3; attempt += 1) {
          expect(await store.write([cycleAt(atMs + 1)])).toMatchObject({
            ok: false,
            fault: { code: "database.away" },
          });
        }
        setAway(false);
        expect(await store.write([cycleAt(atMs + 1)])).toMatchObject({ ok: true });
        expect(await all(store, "cycle")).toHaveLength(2);
      }),
    );

    test(
      "a record that cannot be stored takes its batch with it, and nothing else",
      withStore(async ({ store }) => {
        const poison = { ...cycleAt(atMs + 1), reason: "a \u0000 character" };
        expect(await store.write([cycleAt(atMs), poison])).toMatchObject({
          ok: false,
          fault: { code: "database.invalid" },
        });
        expect(await all(store, "cycle")).toEqual([]);
        expect(await store.write([cycleAt(atMs)])).toMatchObject({ ok: true });
      }),
    );

    test(
      "old months are forgotten by kind, and late records still find room",
      withStore(async ({ store }) => {
        const old = atMs - 8 * monthMs;
        await store.write([...oneOfEach(old), ...oneOfEach(atMs)]);
        expect(await store.tend(atMs, { decision: 6, outage: 6 })).toMatchObject({ ok: true });
        expect(await all(store, "decision")).toHaveLength(1);
        expect(await all(store, "outage")).toHaveLength(1);
        expect(await all(store, "cycle")).toHaveLength(2);
        expect(await store.write(oneOfEach(old))).toMatchObject({ ok: true });
        expect(await all(store, "decision")).toHaveLength(2);
      }),
    );
  });
}
