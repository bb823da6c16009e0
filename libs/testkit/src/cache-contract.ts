import { assert } from "@ballast/kernel";
import type { LatestReading, StatusCache } from "@ballast/status-cache";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";

export interface CacheUnderTest {
  readonly cache: StatusCache;
  /** Virtual time in memory, real time on a real Redis. */
  pass(durationMs: number): Promise<void>;
  close(): Promise<void>;
}

export const exampleReading = (
  minerId: string,
  more: Partial<LatestReading> = {},
): LatestReading => ({
  minerId,
  atMs: 1_767_225_600_000,
  mode: "hashing",
  powerSource: "measured",
  powerW: 3_412.5,
  hashrateThs: 199.8,
  boardTemperaturesC: [61, 62.5, 60],
  fansRpm: [4_200, 4_180],
  pools: [{ url: "stratum+tcp://pool:3333", user: "site.m1", isActive: true, isAlive: true }],
  faults: [],
  wanted: "run",
  health: "ok",
  cyclesCount: 12,
  ...more,
});

/** The whole fleet by id, so that two looks can be compared. */
export async function fleetIn(cache: StatusCache): Promise<readonly LatestReading[]> {
  const fleet = await cache.readAll();
  assert(fleet.ok, `the fleet can be read: ${fleet.ok || fleet.fault.detail}`);
  return [...fleet.value.readings].sort((a, b) => (a.minerId < b.minerId ? -1 : 1));
}

/** What every cache must do alike. What expires is given `expiryMs`, long enough to write in. */
export function cacheContract(
  name: string,
  expiryMs: number,
  open: (expiryMs: number) => Promise<CacheUnderTest>,
): void {
  describe(`cache contract: ${name}`, () => {
    let under: CacheUnderTest;
    beforeEach(async () => {
      under = await open(expiryMs);
    });
    afterEach(() => under.close());

    test("of a fleet that nobody wrote nothing is known", async () => {
      expect(await under.cache.readAll()).toEqual({
        ok: true,
        value: { readings: [], rejectedCount: 0 },
      });
      expect(await under.cache.read("m1")).toEqual({ ok: true, value: undefined });
    });

    test("what is written comes back whole", async () => {
      const readings = [exampleReading("m1"), exampleReading("m2", { mode: "sleeping" })];
      await under.cache.write(readings);
      expect(await fleetIn(under.cache)).toEqual(readings);
      expect(await under.cache.read("m2")).toEqual({ ok: true, value: readings[1] });
    });

    test("a later reading replaces all of the earlier one", async () => {
      await under.cache.write([exampleReading("m1", { chipMaxC: 80 })]);
      const { powerW: _, ...silent } = exampleReading("m1", { mode: "unknown" });
      await under.cache.write([silent]);
      expect(await under.cache.read("m1")).toEqual({ ok: true, value: silent });
      expect(await fleetIn(under.cache)).toEqual([silent]);
    });

    test("a thousand miners come back in one look", async () => {
      const readings = Array.from({ length: 1_000 }, (_, index) =>
        exampleReading(`m${String(index).padStart(4, "0")}`, { cyclesCount: index }),
      );
      await under.cache.write(readings);
      expect(await fleetIn(under.cache)).toEqual(readings);
    });

    test("nothing to write is no trouble", async () => {
      expect(await under.cache.write([])).toEqual({ ok: true, value: undefined });
    });

    test("what is not written again goes by itself; what is written again stays", async () => {
      await under.cache.write([exampleReading("m1"), exampleReading("m2")]);
      await under.pass(expiryMs * 0.6);
      await under.cache.write([exampleReading("m2")]);
      await under.pass(expiryMs * 0.6);
      expect((await fleetIn(under.cache)).map(({ minerId }) => minerId)).toEqual(["m2"]);
      expect(await under.cache.read("m1")).toEqual({ ok: true, value: undefined });
      await under.pass(expiryMs * 0.6);
      expect(await fleetIn(under.cache)).toEqual([]);
    });

    test("any text and any number survive the way", async () => {
      const anyReading = fc.record({
        text: fc.string({ unit: "binary", maxLength: 40 }),
        powerW: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: undefined }),
        uptimeMs: fc.option(fc.nat(), { nil: undefined }),
        fansRpm: fc.array(fc.nat(9_000), { maxLength: 16 }),
      });
      await fc.assert(
        fc.asyncProperty(anyReading, async ({ text, powerW, uptimeMs, fansRpm }) => {
          const { powerW: _, ...plain } = exampleReading("m1");
          const reading: LatestReading = {
            ...plain,
            fansRpm,
            faults: [{ code: text, text }],
            ...(powerW !== undefined && { powerW: powerW + 0 }),
            ...(uptimeMs !== undefined && { uptimeMs }),
          };
          await under.cache.write([reading]);
          expect(await under.cache.read("m1")).toEqual({ ok: true, value: reading });
        }),
        { numRuns: 50 },
      );
    });
  });
}
