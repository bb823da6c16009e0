import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { FakeSite } from "../test/fake-site.ts";

const minuteMs = 60_000;

async function runningSite(minerCount: number, policy = {}): Promise<FakeSite> {
  const site = new FakeSite(minerCount, policy);
  await site.start();
  await site.clock.advance(2 * minuteMs);
  return site;
}

test("stops go out in the very call that brings the target", async () => {
  const site = await runningSite(160);
  await site.clock.advance(100); // Between two rounds of polls: no miner is busy.
  site.setTarget(490);
  const toldCount = site.fakes.filter(({ sleepsMonoMs }) => sleepsMonoMs.length > 0).length;
  expect(toldCount).toBe(20);
});

test("a full shed and a full return: gentle, within every window, each unit once", async () => {
  const site = await runningSite(160);
  site.setTarget(0);
  await site.clock.advance(5_000);
  expect(site.drawingCount).toBe(0);
  site.setTarget(560);
  await site.clock.advance(30 * minuteMs);
  expect(site.drawingCount).toBe(160);

  const wakesMonoMs = site.fakes.flatMap((fake) => fake.wakesMonoMs).sort((a, b) => a - b);
  expect(wakesMonoMs).toHaveLength(160);
  const mostIn = (windowMs: number): number =>
    Math.max(
      ...wakesMonoMs.map(
        (from) => wakesMonoMs.filter((at) => at >= from && at <= from + windowMs).length,
      ),
    );
  expect(mostIn(15_000)).toBe(4);
  expect(mostIn(60_000)).toBe(16);
  for (const {
    sleepsMonoMs,
    wakesMonoMs: [wokenMonoMs = 0],
  } of site.fakes) {
    expect(sleepsMonoMs).toHaveLength(1);
    expect(wokenMonoMs - (sleepsMonoMs[0] ?? 0)).toBeGreaterThan(300_000);
  }
});

test("a miner that lies is told twice, replaced within 11 s, and reported", async () => {
  const site = await runningSite(20);
  for (const fake of site.fakes.slice(0, 2)) fake.habit = "lying";
  site.setTarget(35);
  await site.clock.advance(9_000);
  expect(site.drawingCount).toBe(12);
  await site.clock.advance(4_000);
  expect(site.drawingCount).toBe(10);
  expect(site.fakes[0]?.sleepsMonoMs).toHaveLength(2);
  expect([...site.raised]).toEqual(["miner.unresponsive/m000", "miner.unresponsive/m001"]);

  await site.clock.advance(5 * minuteMs);
  expect(site.fakes[0]?.sleepsMonoMs.length).toBeLessThanOrEqual(8);
  for (const fake of site.fakes) fake.habit = "honest";
  await site.clock.advance(3 * minuteMs);
  expect(site.fakes.slice(0, 2).filter(({ isDrawing }) => isDrawing)).toEqual([]);
  expect(site.raised.size).toBe(0);
});

test("a miner that refuses is replaced at once", async () => {
  const site = await runningSite(20);
  for (const fake of site.fakes.slice(0, 1)) fake.habit = "refusing";
  site.setTarget(35);
  await site.clock.advance(3_000);
  expect(site.drawingCount).toBe(10);
});

test("more than a tenth that do not follow is an alarm of the fleet", async () => {
  const site = await runningSite(20);
  for (const fake of site.fakes.slice(0, 3)) fake.habit = "lying";
  site.setTarget(0);
  await site.clock.advance(13_000);
  expect(site.raised).toContain("fleet.unresponsive/main");
});

test("a sleeping miner that comes back hashing is put to sleep again, at no cycle's cost", async () => {
  const site = await runningSite(20);
  site.setTarget(0);
  await site.clock.advance(minuteMs);
  site.fakes[3]?.reboot();
  await site.clock.advance(12_000);
  expect(site.drawingCount).toBe(0);
  expect(site.fakes[3]?.sleepsMonoMs).toHaveLength(2);
  expect(site.latest("ballast/v1/miners/m003/status")).toMatchObject({ cyclesCount: 1 });
});

test("a miner that others stopped is left alone, and takes part again when they start it", async () => {
  const site = await runningSite(20);
  site.fakes[5]?.put(false);
  await site.clock.advance(minuteMs);
  expect(site.raised).toContain("miner.stopped-by-others/m005");
  site.setTarget(0);
  await site.clock.advance(minuteMs);
  site.setTarget(70);
  await site.clock.advance(30 * minuteMs);
  expect(site.fakes[5]?.wakesMonoMs).toEqual([]);
  expect(site.drawingCount).toBe(19);
  site.fakes[5]?.put(true);
  await site.clock.advance(minuteMs);
  expect(site.raised.size).toBe(0);
  site.setTarget(0);
  await site.clock.advance(minuteMs);
  expect(site.drawingCount).toBe(0);
});

test("without targets the fleet stays for 10 s, and then goes in eight steps of 5 s", async () => {
  const site = await runningSite(160);
  site.setFeeding(false);
  const counts: number[] = [];
  await site.clock.advance(8_000);
  counts.push(site.drawingCount);
  for (let step = 0; step < 8; step += 1) {
    await site.clock.advance(5_000);
    counts.push(site.drawingCount);
  }
  expect(counts).toEqual([160, 140, 120, 100, 80, 60, 40, 20, 0]);
  expect(site.raised).toContain("load.target-stale/main");
  await site.clock.advance(20 * minuteMs);
  expect(site.drawingCount).toBe(0);
});

test("a controller that never sees a target sheds by the same rule, from its start", async () => {
  const site = new FakeSite(160);
  site.setFeeding(false);
  await site.start();
  await site.clock.advance(48_000);
  expect(site.drawingCount).toBe(0);
});

test("a miner out of reach counts as drawing, so the others make room", async () => {
  const site = await runningSite(20);
  for (const fake of site.fakes.slice(0, 2)) fake.habit = "silent";
  await site.clock.advance(minuteMs);
  expect(site.raised).toContain("miner.unreachable/m000");
  site.setTarget(35);
  await site.clock.advance(5_000);
  expect(site.fakes.slice(2).filter(({ isDrawing }) => isDrawing)).toHaveLength(8);
});

test("no device ever has two calls under way", async () => {
  const site = await runningSite(20);
  for (const targetKw of [35, 0, 70, 10, 0]) {
    site.setTarget(targetKw);
    await site.clock.advance(10);
  }
  await site.clock.advance(minuteMs);
  expect(Math.max(...site.fakes.map(({ callsUnderWayMax }) => callsUnderWayMax))).toBe(1);
});

test("a restart wakes nobody, sheds nobody, and keeps every cycle", async () => {
  const site = await runningSite(20);
  site.setTarget(35);
  await site.clock.advance(minuteMs);
  await site.restart();
  await site.clock.advance(minuteMs - 1_000);
  expect(site.drawingCount).toBe(10);
  expect(site.fakes.flatMap(({ wakesMonoMs }) => wakesMonoMs)).toEqual([]);
  expect(site.fakes.flatMap(({ sleepsMonoMs }) => sleepsMonoMs)).toHaveLength(10);
  const status = site.latest("ballast/v1/fleet/main/status");
  expect(status).toMatchObject({ isReadBack: true, cyclesMinCount: 0, cyclesMaxCount: 1 });
});

test("after a restart wakes wait until everybody was heard, or is known to be out of reach", async () => {
  const site = await runningSite(20);
  site.setTarget(35);
  await site.clock.advance(10 * minuteMs);
  const [mute] = site.fakes;
  if (mute !== undefined) mute.habit = "silent";
  site.setTarget(70);
  await site.restart();
  await site.clock.advance(59_000);
  expect(site.fakes.flatMap(({ wakesMonoMs }) => wakesMonoMs)).toEqual([]);
  await site.clock.advance(10 * minuteMs);
  expect(site.drawingCount).toBeGreaterThan(17);
});

test("a stop whose record a crash swallowed is counted once", async () => {
  const site = await runningSite(20);
  await site.clock.advance(20_000);
  const before = site.disk.copy();
  site.setTarget(35);
  await site.clock.advance(5_000);
  // The commands went out, but nothing that was written since had reached the disk.
  site.disk = before;
  for (let restart = 0; restart < 3; restart += 1) {
    await site.restart();
    await site.clock.advance(10_000);
  }
  const cycles = site.fakes.map(
    (_, index) =>
      site.latest(`ballast/v1/miners/m${String(index).padStart(3, "0")}/status`)?.["cyclesCount"],
  );
  expect(cycles.filter((count) => count === 1)).toHaveLength(10);
  expect(cycles.filter((count) => count === 0)).toHaveLength(10);
});

test("a full disk is an alarm, and the fleet is controlled all the same", async () => {
  const site = await runningSite(20);
  site.disk.setFull(true);
  site.setTarget(0);
  await site.clock.advance(10_000);
  expect(site.drawingCount).toBe(0);
  expect(site.raised).toContain("journal.failed/main");
  site.disk.setFull(false);
  site.setTarget(70);
  await site.clock.advance(20 * minuteMs);
  expect(site.drawingCount).toBe(20);
  expect(site.raised.size).toBe(0);
  await site.restart();
  await site.clock.advance(5_000);
  expect(site.latest("ballast/v1/fleet/main/status")).toMatchObject({ cyclesMinCount: 1 });
});

test("a calendar that jumps switches nothing", async () => {
  const site = await runningSite(20);
  for (const byMs of [86_400_000, -200_000_000]) {
    site.clock.stepWall(byMs);
    await site.clock.advance(minuteMs);
  }
  expect(site.drawingCount).toBe(20);
  expect(site.fakes.flatMap(({ sleepsMonoMs }) => sleepsMonoMs)).toEqual([]);
});

test("whatever targets come, what is measured follows them down, and rest is kept", async () => {
  const anyTargets = fc.array(
    fc.record({
      targetKw: fc.integer({ min: 0, max: 70 }),
      forS: fc.integer({ min: 1, max: 400 }),
    }),
    { minLength: 1, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(anyTargets, async (targets) => {
      const site = await runningSite(20);
      for (const { forS, targetKw } of targets) {
        site.setTarget(targetKw);
        await site.clock.advance(forS * 1_000 + 1_500);
        expect(site.drawingCount * 3.5).toBeLessThanOrEqual(targetKw);
      }
      for (const { sleepsMonoMs, wakesMonoMs } of site.fakes) {
        for (const wokenMonoMs of wakesMonoMs) {
          const offMonoMs = sleepsMonoMs.findLast((atMonoMs) => atMonoMs < wokenMonoMs) ?? 0;
          expect(wokenMonoMs - offMonoMs).toBeGreaterThan(300_000);
        }
      }
    }),
    { numRuns: 10 },
  );
}, 60_000);

test("room below the target wakes nobody until the grid is calm", async () => {
  const site = await runningSite(20);
  site.setTarget(35);
  await site.clock.advance(10_000);
  site.isCalm = false;
  site.setTarget(70);
  await site.clock.advance(20 * minuteMs);
  expect(site.drawingCount).toBe(10);
  site.isCalm = true;
  await site.clock.advance(10 * minuteMs);
  expect(site.drawingCount).toBe(20);
});

test("rests count from the start: the calendar may have been set in the meantime", async () => {
  const site = await runningSite(8);
  site.setTarget(0);
  await site.clock.advance(10_000);
  site.clock.stepWall(60 * minuteMs);
  await site.restart();
  site.setTarget(28);
  await site.clock.advance(5 * minuteMs - 1_000);
  expect(site.drawingCount).toBe(0);
  await site.clock.advance(10 * minuteMs);
  expect(site.drawingCount).toBe(8);
});

const feederAddress = "ballast/v1/fleet/main/feeders/main";

test("a feeder's orders are said when they change, and each second", async () => {
  const site = await runningSite(10);
  const before = site.latest(feederAddress);
  expect(before).toMatchObject({ minerCount: 10, runningCount: 10, commandedKw: 35, standbyKw: 0 });
  // Miners that have not been seen hashing for ten minutes may still tune.
  expect(before?.["plannedKw"]).toBeCloseTo(35 * 1.15);
  site.setTarget(28);
  await site.clock.advance(200);
  const orders = site.latest(feederAddress);
  expect(orders).toMatchObject({ runningCount: 8, commandedKw: 28, unprovenCount: 2 });
  expect(orders?.["changedAtMs"]).toBeGreaterThan(Number(before?.["changedAtMs"]));
  const saidCount = site.said.filter(({ address }) => address === feederAddress).length;
  await site.clock.advance(10_000);
  const laterCount = site.said.filter(({ address }) => address === feederAddress).length;
  expect(laterCount - saidCount).toBe(10);
  expect(site.latest(feederAddress)).toMatchObject({
    changedAtMs: orders?.["changedAtMs"],
    unprovenCount: 0,
  });
});

test("a miner that tells nothing is proven asleep by its feeder, and by nothing else", async () => {
  const site = await runningSite(10);
  for (const fake of site.fakes) fake.isMute = true;
  await site.clock.advance(20_000);
  site.setTarget(28);
  await site.clock.advance(60_000);
  const unresponsive = () =>
    Number(site.latest("ballast/v1/fleet/main/status")?.["unresponsiveCount"]);
  const toldCount = () => site.fakes.filter(({ sleepsMonoMs }) => sleepsMonoMs.length > 0).length;
  // Nothing proves the stops, so others were told in their place, until all of them were.
  expect(unresponsive()).toBe(10);
  expect(toldCount()).toBe(10);
  for (const state of ["above", "below", "settling", "unknown"] as const) site.prove(state);
  site.prove("follows", 1_000);
  await site.clock.advance(1_000);
  expect(unresponsive()).toBe(10);
  site.prove("follows");
  await site.clock.advance(1_000);
  expect(unresponsive()).toBe(0);
  expect(site.latest("ballast/v1/fleet/main/status")).toMatchObject({
    sleepingCount: 10,
    commandedKw: 0,
  });
});

test("starting miners must fit under what the supply leaves, also with the full rating allowed", async () => {
  const site = await runningSite(20);
  site.setTarget(35);
  await site.clock.advance(10 * minuteMs);
  expect(site.drawingCount).toBe(10);
  site.supplyKw = 60;
  site.setTarget(70);
  await site.clock.advance(8 * minuteMs);
  // Ten warm ones with 5 % and n starting ones with 15 %: 36.75 + n * 4.025 <= 60.
  expect(site.drawingCount).toBe(15);
  site.supplyKw = 90;
  await site.clock.advance(5 * minuteMs);
  expect(site.drawingCount).toBe(20);
});
