import type { Result } from "@ballast/kernel";
import type { MinerLink } from "./exchange.ts";

/**
 * What may be asked of a firmware: run or sleep, one of a few power levels, or any power between
 * two bounds. The allocator plans with it; a new kind makes the compiler list what to think about.
 */
export type PowerControl =
  | { readonly kind: "on-off" }
  | { readonly kind: "steps"; readonly stepsW: readonly [number, ...number[]] }
  | { readonly kind: "continuous"; readonly minW: number; readonly maxW: number };

/** How sure we are: written from documents, matched with recorded replies, proven on hardware. */
export type DriverTier = "draft" | "recorded" | "proven";

export type MinerMode =
  | "hashing"
  | "starting"
  | "stopping"
  | "sleeping"
  | "no-pool"
  | "fault"
  | "unknown";

export interface MinerIdentity {
  readonly firmware: string;
  readonly firmwareVersion?: string | undefined;
  readonly apiVersion?: string | undefined;
  readonly model?: string | undefined;
  readonly macAddress?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly hostname?: string | undefined;
}

export type PoolStatus = "alive" | "dead" | "disabled" | "rejecting" | "unknown";

export interface MinerPool {
  readonly url: string;
  readonly user?: string | undefined;
  readonly status: PoolStatus;
  readonly isActive?: boolean | undefined;
}

export interface MinerFault {
  readonly code: string;
  readonly text: string;
}

/** One look at a miner. What it did not say, or said nonsensically, is undefined and never zero. */
export interface MinerReading {
  readonly mode: MinerMode;
  /** Averaged over the shortest span the miner offers; a minute at most. */
  readonly hashrateThs?: number | undefined;
  readonly hashrateWindow?: HashrateWindow | undefined;
  /** Over the whole uptime: for people only, it stays high for hours after a stop. */
  readonly hashrateMeanThs?: number | undefined;
  readonly expectedThs?: number | undefined;
  readonly powerW?: number | undefined;
  /** `measured` by the power supply, or `estimated` by the firmware from frequency and voltage. */
  readonly powerSource: "measured" | "estimated" | "nameplate" | "unknown";
  readonly powerLimitW?: number | undefined;
  /** The hottest sensor of each board that has a plausible one. */
  readonly boardTemperaturesC: readonly number[];
  readonly chipTemperatureMaxC?: number | undefined;
  readonly inletC?: number | undefined;
  readonly fansRpm: readonly number[];
  /** Of the mining process; going backwards means that it restarted. */
  readonly uptimeMs?: number | undefined;
  readonly acceptedCount?: number | undefined;
  readonly rejectedCount?: number | undefined;
  readonly staleCount?: number | undefined;
  readonly hardwareErrorCount?: number | undefined;
  readonly pools: readonly MinerPool[];
  readonly faults: readonly MinerFault[];
  readonly macAddress?: string | undefined;
  readonly firmware?: string | undefined;
}

export type HashrateWindow = "5s" | "20s" | "1m";

/**
 * A miner as one caller sees it. One attempt per call: who repeats, and how often, is the caller's
 * business, and so is believing: `sleep` and `wake` succeed when the miner says that it heard, and
 * only later readings tell whether it obeyed. These servers serve one client at a time, so calls
 * should follow one another; a write may overtake reads that wait.
 */
export interface MinerConnection {
  /** Who answers there. `device.mismatch` when it needs another driver. */
  identify(): Promise<Result<MinerIdentity>>;
  read(): Promise<Result<MinerReading>>;
  sleep(): Promise<Result<void>>;
  wake(): Promise<Result<void>>;
  /**
   * Where a command needs a login first: holds one ready from now on, so that the command is a
   * single exchange. Call it again at least every `keepWarmMs` of the driver.
   */
  keepWarm?(): Promise<Result<void>>;
}

/** A firmware. It knows one wire format, and neither topics nor retries nor clocks. */
export interface MinerDriver<Id extends string = string> {
  readonly id: Id;
  readonly label: string;
  /** Where the facts are from. */
  readonly source: string;
  readonly tier: DriverTier;
  readonly port: number;
  readonly control: PowerControl;
  /** Pessimistic (p95) starting values, to be replaced by what the site learns. */
  readonly timing: {
    /** From the accepted command to standby power. */
    readonly stopMs: number;
    /** From the accepted command to nine tenths of the hashrate. */
    readonly wakeMs: number;
  };
  readonly standbyW: number;
  /** Whether a sleeping miner still sleeps after its power was cut. */
  readonly doesSleepSurviveReboot: boolean;
  /** Present where `keepWarm` is. */
  readonly keepWarmMs?: number;
  /** Sends nothing yet. */
  connect(link: MinerLink): MinerConnection;
}

export const defineMiner = <const Id extends string>(driver: MinerDriver<Id>): MinerDriver<Id> =>
  Object.freeze(driver);
