import { type Clock, fail, ok, type Result } from "@ballast/kernel";
import type { MinerConnection, MinerDriver, MinerReading } from "@ballast/miner-drivers";
import type { PlannedMiner } from "../src/fleet-plan.ts";

/** How a fake miner fails: it lies (obeys nothing, accepts all), or is silent. */
export type Habit = "honest" | "lying" | "silent" | "refusing";

/** A miner as the controller's connection shows it; it stops in a second, and starts in twenty. */
export class FakeMiner implements MinerConnection {
  habit: Habit = "honest";
  /** It answers, but tells neither power nor hashrate. */
  isMute = false;
  readonly sleepsMonoMs: number[] = [];
  readonly wakesMonoMs: number[] = [];
  readCount = 0;
  callsUnderWay = 0;
  callsUnderWayMax = 0;
  readonly #clock: Clock;
  #isWanted = true;
  #changedMonoMs = -1e9;
  #startedMonoMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isDrawing(): boolean {
    return this.powerW > 700;
  }

  get powerW(): number {
    const sinceMs = this.#clock.monotonicMs() - this.#changedMonoMs;
    if (this.#isWanted) return sinceMs >= 20_000 ? 3_500 : 500;
    return sinceMs >= 1_000 ? 30 : 3_500;
  }

  /** By hand, at its own web page. */
  put(isWanted: boolean): void {
    if (this.#isWanted === isWanted) return;
    this.#isWanted = isWanted;
    this.#changedMonoMs = this.#clock.monotonicMs();
  }

  /** Its power was cut: it comes back hashing. */
  reboot(): void {
    this.#startedMonoMs = this.#clock.monotonicMs();
    this.put(true);
  }

  identify(): Promise<Result<never>> {
    return this.#call(() => fail("device.unsupported", "nobody asks"));
  }

  read(): Promise<Result<MinerReading>> {
    this.readCount += 1;
    return this.#call(() => ok(this.#reading()));
  }

  sleep(): Promise<Result<void>> {
    this.sleepsMonoMs.push(this.#clock.monotonicMs());
    return this.#command(false);
  }

  wake(): Promise<Result<void>> {
    this.wakesMonoMs.push(this.#clock.monotonicMs());
    return this.#command(true);
  }

  #command(isWanted: boolean): Promise<Result<void>> {
    return this.#call(() => {
      if (this.habit === "refusing") return fail("device.refused", "no");
      if (this.habit === "honest") this.put(isWanted);
      return ok(undefined);
    });
  }

  async #call<Value>(answer: () => Result<Value>): Promise<Result<Value>> {
    this.callsUnderWay += 1;
    this.callsUnderWayMax = Math.max(this.callsUnderWayMax, this.callsUnderWay);
    await this.#clock.sleep(this.habit === "silent" ? 3_000 : 20);
    this.callsUnderWay -= 1;
    return this.habit === "silent" ? fail("device.silent", "no answer") : answer();
  }

  #reading(): MinerReading {
    const powerW = this.powerW;
    const isHashing = powerW > 700;
    return {
      mode: this.#isWanted
        ? isHashing
          ? "hashing"
          : "starting"
        : isHashing
          ? "stopping"
          : "sleeping",
      ...(!this.isMute && { powerW, hashrateThs: isHashing ? 200 : 0 }),
      powerSource: this.isMute ? "unknown" : "measured",
      uptimeMs: this.#clock.monotonicMs() - this.#startedMonoMs,
      boardTemperaturesC: [],
      fansRpm: [],
      pools: [],
      faults: [],
    };
  }
}

/** The fleet as the service would plan it, with fakes where drivers would be. */
export function plannedFakes(fakes: readonly FakeMiner[]): readonly PlannedMiner[] {
  return fakes.map((fake, index) => {
    const id = `m${String(index).padStart(3, "0")}`;
    const driver: MinerDriver = {
      id: "fake",
      label: "Fake",
      source: "this test",
      tier: "draft",
      port: 4028,
      control: { kind: "on-off" },
      timing: { stopMs: 5_000, wakeMs: 120_000 },
      standbyW: 30,
      doesSleepSurviveReboot: false,
      connect: () => fake,
    };
    return {
      entry: { id, host: "127.0.0.1", driver: "cgminer", feeder: "main", phase: "3p" },
      driver,
      facts: {
        index,
        id,
        ratedW: 3_500,
        standbyW: 30,
        expectedThs: 200,
        phase: "3p",
        feeder: "main",
        stopMs: 5_000,
        wakeMs: 120_000,
      },
    };
  });
}
