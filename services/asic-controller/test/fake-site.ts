import { addressOf, type Topic } from "@ballast/contracts";
import {
  type MemoryStorage,
  memoryStorage,
  ok,
  seededRandom,
  silentLog,
  silentMetrics,
  virtualClock,
} from "@ballast/kernel";
import { memoryCache, type StatusCache } from "@ballast/status-cache";
import { AsicControllerConfig } from "../src/config.ts";
import { controlFleet, type RunningFleet } from "../src/control-fleet.ts";
import type { FeederProof } from "../src/core/feeder-proof.ts";
import { FakeMiner, plannedFakes } from "./fake-miners.ts";

interface Said {
  readonly address: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A controller with fake miners in virtual time, fed with targets as the bus would. */
export class FakeSite {
  readonly clock = virtualClock({ startAtMs: Date.UTC(2026, 2, 1, 12) });
  disk: MemoryStorage = memoryStorage();
  readonly raised = new Set<string>();
  readonly said: Said[] = [];
  readonly fakes: readonly FakeMiner[];
  cache: StatusCache;
  readonly #policy: Readonly<Record<string, unknown>>;
  #running: RunningFleet | undefined;
  #isFeeding = true;
  #runCount = 0;
  /** What the phase of the target says: only a calm grid lets anybody be woken. */
  isCalm = true;
  targetKw: number;
  supplyKw: number | undefined;

  constructor(minerCount: number, policy: Readonly<Record<string, unknown>> = {}) {
    this.fakes = Array.from({ length: minerCount }, () => new FakeMiner(this.clock));
    this.cache = memoryCache(this.clock, 60_000);
    this.targetKw = minerCount * 3.5;
    this.#policy = policy;
    this.clock.every(200, "target", () => this.#feed());
  }

  get drawingCount(): number {
    return this.fakes.filter(({ isDrawing }) => isDrawing).length;
  }

  async start(): Promise<void> {
    const config = AsicControllerConfig.parse({
      miners: [{ id: "m000", host: "127.0.0.1", driver: "cgminer", ratedW: 3_500 }],
      policy: this.#policy,
    });
    const alarm = (code: string, subject: string): string => `${code}/${subject}`;
    const raise = (code: string, subject: string): void => {
      this.raised.add(alarm(code, subject));
    };
    const clear = (code: string, subject: string): void => {
      this.raised.delete(alarm(code, subject));
    };
    const say = async (topic: Topic, params: Readonly<Record<string, string>>, said: unknown) => {
      this.said.push({ address: addressOf(topic, params), payload: topic.payload.parse(said) });
      return ok(undefined);
    };
    this.#runCount += 1;
    this.#running = await controlFleet(plannedFakes(this.fakes), {
      config,
      site: { id: "test", name: "Test", nominalHz: 50 },
      clock: this.clock,
      random: seededRandom(7),
      log: silentLog,
      metrics: silentMetrics,
      storage: this.disk,
      alarms: {
        raise,
        clear,
        set: (holds, code, subject) => (holds ? raise : clear)(code, subject),
        raised: () => [],
      },
      ports: { exchange: () => new Promise(() => undefined), openCache: () => this.cache },
      openJournal: () => ({ append: () => undefined, close: async () => undefined }),
      publish: say,
      keep: say,
      runId: `run${this.#runCount}`,
      subscribe: async () => undefined,
      rawBus: {
        isConnected: () => true,
        onConnection: () => () => undefined,
        onMessage: () => () => undefined,
        publish: async () => ok(undefined),
        subscribe: async () => ok(undefined),
      },
    });
  }

  /** Targets go missing, as when the load controller or the broker is gone. */
  setFeeding(isFeeding: boolean): void {
    this.#isFeeding = isFeeding;
  }

  setTarget(targetKw: number): void {
    this.targetKw = targetKw;
    this.#feed();
  }

  /** As a kill would: nothing is said, nothing is closed. Timers of the old run are let go. */
  async restart(): Promise<void> {
    await this.#running?.stop();
    await this.start();
  }

  /** What the feeder's meter would prove, by the orders that were said last. */
  prove(state: FeederProof["state"], commandsAtMs?: number): void {
    const orders = this.latest("ballast/v1/fleet/main/feeders/main");
    this.#running?.onFeederProof("main", {
      state,
      commandsAtMs: commandsAtMs ?? Number(orders?.["changedAtMs"]),
      toleranceKw: 1,
    });
  }

  latest(address: string): Readonly<Record<string, unknown>> | undefined {
    return this.said.findLast((said) => said.address === address)?.payload;
  }

  #feed(): void {
    if (!this.#isFeeding) return;
    this.#running?.onTarget({
      targetW: Math.round(this.targetKw * 1_000),
      isCalm: this.isCalm,
      isFullRating: this.targetKw >= this.fakes.length * 3.5,
      supplyW: this.supplyKw === undefined ? undefined : this.supplyKw * 1_000,
      trueAtMonoMs: this.clock.monotonicMs(),
      decisionId: "d1",
    });
  }
}
