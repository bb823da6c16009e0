import { historyReceipt, loadDecision, type PayloadOf, serviceAlarm } from "@ballast/contracts";
import { expect, test } from "@jest/globals";
import { cycleOf, type HistorianSite, openHistorianSite } from "../test/historian-site.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

async function running(more: Readonly<Record<string, unknown>> = {}): Promise<HistorianSite> {
  const site = await openHistorianSite();
  await site.start(more);
  return site;
}

test("a cycle is acknowledged once it is on disk, and soon in the database", async () => {
  const site = await running();
  const cycle = cycleOf(site.clock.wallMs());
  await site.say(cycle);
  await site.clock.advance(500);
  expect(site.receipts).toEqual([cycle.cycleId]);
  await site.clock.advance(2_000);
  const { cycleId: id, kind: order, ...rest } = cycle;
  expect(site.stored("cycle")).toEqual([{ kind: "cycle", id, order, ...rest }]);
});

test("what is said again is acknowledged again, and stored once", async () => {
  const site = await running();
  const cycle = cycleOf(site.clock.wallMs());
  for (let round = 0; round < 3; round += 1) {
    await site.say(cycle);
    await site.say(cycle);
    await site.clock.advance(3_000);
  }
  expect(site.stored("cycle")).toHaveLength(1);
  expect(new Set(site.receipts)).toEqual(new Set([cycle.cycleId]));
  expect(site.receipts.length).toBeGreaterThanOrEqual(3);
});

test("a full disk gets no receipt; once there is room the next saying does", async () => {
  const site = await running();
  site.disk.setFull(true);
  const cycle = cycleOf(site.clock.wallMs());
  await site.say(cycle);
  await site.clock.advance(3_000);
  expect(site.receipts).toEqual([]);
  expect([...site.alarms.keys()].some((key) => key.endsWith("/outbox"))).toBe(true);
  site.disk.setFull(false);
  await site.say(cycle);
  await site.clock.advance(3_000);
  expect(site.receipts).toEqual([cycle.cycleId]);
  expect(site.stored("cycle")).toHaveLength(1);
});

test("an absence of the database is an alarm after a minute, and then nothing is missing", async () => {
  const site = await running();
  site.database.setAway(true);
  await site.say(cycleOf(site.clock.wallMs()));
  await site.clock.advance(50_000);
  expect(site.status).toMatchObject({ state: "away" });
  expect(site.alarms.has("history.away/database")).toBe(false);
  await site.clock.advance(30_000);
  expect(site.alarms.get("history.away/database")).toContain("away");
  expect(site.receipts).toHaveLength(1);
  const triesBefore = site.database.writesCount;
  await site.clock.advance(hourMs);
  const triesCount = site.database.writesCount - triesBefore;
  expect(triesCount).toBeGreaterThanOrEqual(60); // The wait never grows beyond a minute,
  expect(triesCount).toBeLessThanOrEqual(130); // and the half of it is the least.
  site.database.setAway(false);
  await site.clock.advance(2 * minuteMs);
  expect(site.status).toMatchObject({ state: "current", droppedCount: 0 });
  expect(site.alarms.has("history.away/database")).toBe(false);
  expect(site.stored("cycle")).toHaveLength(1);
});

test("without a database everything stays on disk, and it is said so", async () => {
  const site = await openHistorianSite();
  await site.start({ postgresUrl: undefined });
  await site.say(cycleOf(site.clock.wallMs()));
  await site.clock.advance(2 * minuteMs);
  expect(site.receipts).toHaveLength(1);
  expect(site.status).toMatchObject({ state: "away" });
  expect(site.status?.waitingCount).toBeGreaterThanOrEqual(1);
  expect(site.alarms.get("history.away/database")).toContain("no database is configured");
  // Named later, it gets what was kept for it.
  await site.stop();
  await site.start();
  await site.clock.advance(minuteMs);
  expect(site.stored("cycle")).toHaveLength(1);
});

test("a record that cannot be stored is set aside, and the others go on", async () => {
  const site = await running();
  site.database.setAway(true);
  const cycles = Array.from({ length: 101 }, (_, index) => cycleOf(site.clock.wallMs() + index));
  for (const [index, cycle] of cycles.entries()) {
    await site.say(index === 37 ? { ...cycle, reason: "a \u0000 character" } : cycle);
  }
  await site.clock.advance(minuteMs);
  site.database.setAway(false);
  await site.clock.advance(3 * minuteMs);
  expect(site.stored("cycle")).toHaveLength(100);
  expect(site.alarms.get("history.refused/records")).toContain("Unicode");
  const aside = new TextDecoder().decode(site.disk.contentOf("refused.jsonl"));
  const lines = aside.split("\n").filter((line) => line !== "");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    why: expect.stringContaining("Unicode"),
    body: expect.stringContaining(cycles[37]?.cycleId ?? "?"),
  });
  // The alarm lasts for as long as the file is there, also over a restart.
  await site.stop();
  await site.start();
  await site.clock.advance(minuteMs);
  expect(site.alarms.has("history.refused/records")).toBe(true);
});

test("killed at any moment, nothing that was acknowledged is missing", async () => {
  const site = await running();
  for (let round = 0; round < 20; round += 1) {
    await site.say(cycleOf(site.clock.wallMs(), `m${round}`));
    await site.clock.advance(13 * round);
    site.kill();
    await site.start();
  }
  await site.clock.advance(minuteMs);
  const ids = new Set(site.stored("cycle").map(({ id }) => id));
  expect(site.receipts.length).toBeGreaterThan(10);
  expect(site.receipts.filter((id) => !ids.has(id))).toEqual([]);
});

test("an alert that was open in a crash is closed by the run after it", async () => {
  const site = await running();
  const alarm = (isRaised: boolean): PayloadOf<typeof serviceAlarm> => ({
    atMs: site.clock.wallMs(),
    code: "miner.unreachable",
    subject: "m001",
    isRaised,
    sinceAtMs: site.clock.wallMs(),
    detail: "does not answer",
  });
  const params = { service: "asic-controller", code: "miner.unreachable", subject: "m001" };
  await site.controller.publish(serviceAlarm, params, alarm(true));
  await site.clock.advance(5_000);
  site.kill();
  await site.start();
  await site.controller.publish(serviceAlarm, params, alarm(false));
  const endedAtMs = site.clock.wallMs();
  await site.clock.advance(5_000);
  const alerts = site.stored("alert").filter(({ id }) => id.includes("miner.unreachable"));
  expect(alerts).toHaveLength(1);
  expect(alerts[0]).toMatchObject({ subject: "m001", endedAtMs });
});

test("a ramp is thinned out, and each of its decisions is acknowledged", async () => {
  const site = await running();
  const acknowledged: string[] = [];
  await site.loadController.subscribe(historyReceipt, ({ params, payload }) => {
    if (params.service === "load-controller") acknowledged.push(...payload.ids);
  });
  const said: string[] = [];
  for (let step = 0; step < 50; step += 1) {
    const decisionId = `d-${step}`;
    said.push(decisionId);
    await site.loadController.publish(
      loadDecision,
      {},
      {
        atMs: site.clock.wallMs(),
        decisionId,
        reason: "ramp",
        phase: "restoring",
        targetKw: 100 + step,
        targetBeforeKw: 99 + step,
        binding: "frequency",
        caps: [],
        meters: [],
      },
    );
    await site.clock.advance(200);
  }
  await site.clock.advance(3_000);
  expect(new Set(acknowledged)).toEqual(new Set(said));
  expect(site.stored("decision").length).toBeGreaterThanOrEqual(10);
  expect(site.stored("decision").length).toBeLessThanOrEqual(13);
});
