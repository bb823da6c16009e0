import type { Message } from "@ballast/bus";
import { type feederCommands, fleetStatus, type PayloadOf } from "@ballast/contracts";
import { silentLog, silentMetrics, type VirtualClock, virtualClock } from "@ballast/kernel";
import { expect, test } from "@jest/globals";
import { riverLaw } from "../test/supply-play.ts";
import type { SensorWord } from "./core/site-picture.ts";
import { FleetWords } from "./fleet-words.ts";
import { openSupply, type ProofPayload, type SupplyPayload } from "./open-supply.ts";
import { BalanceConfig, ProofConfig } from "./supply-config.ts";

const maxAgeMs = 5_000;
const sensors = [
  { id: "gauge", role: "supply" },
  { id: "poc", role: "site" },
  { id: "meter-1", role: "miners", feeder: "rack-1" },
  { id: "meter-2", role: "miners", feeder: "rack-2" },
] as const;

/** Two racks of 35 kW beside 5 kW, on a river; everything is heard once a second. */
class Site {
  readonly clock: VirtualClock = virtualClock({ startAtMs: Date.UTC(2026, 2, 1) });
  readonly said: SupplyPayload[] = [];
  readonly proofs = new Map<string, ProofPayload>();
  readonly raised = new Map<string, string>();
  readonly powersKw = { gauge: 100, poc: 75, "meter-1": 35, "meter-2": 35 };
  readonly commandedKw: Record<string, number> = { "rack-1": 35, "rack-2": 35 };
  changedAtMs = this.clock.wallMs();
  isFleetOn = true;
  readonly #fleets = new FleetWords(this.clock);
  #words: readonly SensorWord[] = [];

  constructor() {
    this.clock.every(1_000, "devices", () => this.#speak());
    const key = (code: string, subject: string): string => `${code}/${subject}`;
    const raise = (code: string, subject: string, detail: string): void => {
      this.raised.set(key(code, subject), detail);
    };
    const clear = (code: string, subject: string): void => {
      this.raised.delete(key(code, subject));
    };
    openSupply({
      law: { ...riverLaw, minersSensorCount: 2 },
      sensors,
      words: () => this.#words,
      fleets: this.#fleets,
      proof: ProofConfig.parse({}),
      balance: BalanceConfig.parse({}),
      otherKw: 5,
      clock: this.clock,
      log: silentLog,
      metrics: silentMetrics,
      alarms: {
        raise,
        clear,
        set: (holds, code, subject, detail) =>
          holds ? raise(code, subject, detail) : clear(code, subject),
        raised: () => [],
      },
      onSupply: (supply) => this.said.push(supply),
      onProof: (feederId, proof) => this.proofs.set(feederId, proof),
    });
  }

  get alarms(): readonly string[] {
    return [...this.raised.keys()];
  }

  tell(feederId: string, commandedKw: number): void {
    this.commandedKw[feederId] = commandedKw;
    this.changedAtMs = this.clock.wallMs();
  }

  #speak(): void {
    const measuredMonoMs = this.clock.monotonicMs();
    this.#words = sensors.map(({ id, role, ...more }) => ({
      id,
      role,
      feeder: "feeder" in more ? more.feeder : undefined,
      powerKw: role === "supply" ? undefined : this.powersKw[id],
      availableKw: role === "supply" ? this.powersKw[id] : undefined,
      measuredMonoMs,
      maxAgeMs,
    }));
    if (!this.isFleetOn) return;
    const atMs = this.clock.wallMs();
    const commandedKw = Object.values(this.commandedKw).reduce((sum, power) => sum + power, 0);
    const fleet = { atMs, commandedKw, measuredKw: commandedKw, ratedKw: 70 };
    this.#fleets.onFleet({ ...this.#envelope({ fleetId: "main" }), payload: whole(fleet) });
    for (const [feederId, power] of Object.entries(this.commandedKw)) {
      const orders: PayloadOf<typeof feederCommands> = {
        atMs,
        changedAtMs: this.changedAtMs,
        minerCount: 10,
        runningCount: Math.round(power / 3.5),
        commandedKw: power,
        plannedKw: power,
        standbyKw: 0,
        unprovenCount: 0,
      };
      const envelope = this.#envelope({ fleetId: "main", feederId });
      this.#fleets.onOrders({ ...envelope, payload: orders });
    }
  }

  #envelope<Params>(params: Params) {
    return { params, receivedMonoMs: this.clock.monotonicMs(), isRetained: false };
  }
}

const whole = (
  told: Pick<PayloadOf<typeof fleetStatus>, "atMs" | "commandedKw" | "measuredKw" | "ratedKw">,
): Message<typeof fleetStatus>["payload"] =>
  fleetStatus.payload.parse({
    ...Object.fromEntries(
      Object.keys(fleetStatus.payload.shape).map((name) => [name, name === "isReadBack" || 0]),
    ),
    ...told,
    targetKw: undefined,
  });

test("an ordinary minute: the supply once a second, the feeders proven, no alarm", async () => {
  const site = new Site();
  await site.clock.advance(90_000);
  expect(site.said.length).toBeGreaterThan(85);
  expect(site.said.length).toBeLessThan(95);
  // 100 less 10 % less 5: 85 are free for 70, and the fleet of 70 needs 80.5 when it starts cold.
  expect(site.said.at(-1)).toMatchObject({ state: "covered", capKw: 85, siteKw: 75, minersKw: 70 });
  expect(site.proofs.get("rack-1")).toMatchObject({ state: "follows", measuredKw: 35 });
  expect(site.alarms).toEqual([]);
});

test("less water is passed on within the next 200 ms", async () => {
  const site = new Site();
  await site.clock.advance(90_100);
  site.powersKw.gauge = 60;
  await site.clock.advance(900 + 200);
  expect(site.said.at(-1)).toMatchObject({ state: "deficit", capKw: 49, allowKw: 60 });
  expect(site.alarms).toEqual(["power.deficit/site"]);
});

test("a feeder that draws what nobody told it is named, and its proof says so", async () => {
  const site = new Site();
  await site.clock.advance(90_000);
  site.tell("rack-2", 28);
  await site.clock.advance(65_000);
  expect(site.proofs.get("rack-2")).toMatchObject({
    state: "above",
    commandsAtMs: site.changedAtMs,
    commandedKw: 28,
    measuredKw: 35,
  });
  expect(site.alarms).toEqual([]);
  await site.clock.advance(8_000);
  expect(site.alarms).toEqual(["power.feeder-not-following/rack-2"]);
  site.powersKw["meter-2"] = 28;
  site.powersKw.poc = 68;
  await site.clock.advance(2_000);
  expect(site.alarms).toEqual([]);
});

test("a feeder's meter that shows half is accused by name, after five minutes", async () => {
  const site = new Site();
  site.powersKw["meter-1"] = 17.5;
  await site.clock.advance(299_000);
  expect(site.alarms).toEqual([]);
  await site.clock.advance(4_000);
  expect([...site.raised]).toEqual([
    ["power.imbalance/meter-1", expect.stringContaining("most likely meter-1")],
  ]);
});

test("orders that have grown old prove nothing", async () => {
  const site = new Site();
  await site.clock.advance(90_000);
  site.isFleetOn = false;
  await site.clock.advance(7_000);
  site.proofs.clear();
  await site.clock.advance(5_000);
  expect(site.proofs.size).toBe(0);
});

test("sensors that never speak: ten seconds of silence, then the word that nothing is known", async () => {
  const site = new Site();
  Object.assign(site.powersKw, { gauge: undefined });
  await site.clock.advance(9_000);
  expect(site.said).toEqual([]);
  await site.clock.advance(2_000);
  expect(site.said.at(-1)).toMatchObject({ state: "unknown", capKw: 0 });
  expect(site.alarms).toEqual(["power.supply-unknown/site"]);
});
