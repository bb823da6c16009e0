import type { MeterState, SampleQuality } from "@ballast/contracts";

/** One reading of a meter. Millihertz are integers, so that 49.500 Hz compares exactly. */
export interface FrequencySample {
  readonly frequencyMilliHz: number;
  readonly quality: SampleQuality;
  /** The meter saw no voltage on any phase: what it calls a frequency is none. */
  readonly isDeadBus: boolean;
  /** On our stopwatch: when it came, less the age that it had by then. */
  readonly measuredMonoMs: number;
}

/** The highest of a meter's phase voltages, as a share of nominal. */
export interface VoltageReading {
  readonly voltageMaxRatio: number;
  readonly measuredMonoMs: number;
}

export interface MeterPicture {
  /** Those that came since the last decision, oldest first. */
  readonly samples: readonly FrequencySample[];
  /** What the meter's service says of it; undefined when it has not said so lately. */
  readonly state: MeterState | undefined;
  readonly voltage: VoltageReading | undefined;
}

/** A ceiling that somebody else owns. From its expiry on it counts for nothing. */
export interface CapPicture {
  readonly source: string;
  readonly capW: number;
  readonly expiresAtMs: number;
}

/** What the supply leaves for miners, and when that was true. Its age decides how much it still says. */
export interface SupplyPicture {
  readonly capW: number;
  readonly trueAtMonoMs: number;
}

/** What the fleet says it runs; only ever a fresh word. */
export interface FleetPicture {
  readonly commandedW: number;
  readonly isReadBack: boolean;
}

/** All that a decision may know, frozen. Instants are whole milliseconds, powers whole watts. */
export interface Picture {
  readonly nowMonoMs: number;
  readonly wallAtMs: number;
  /** In the order of the configuration; each meter has its place also when it says nothing. */
  readonly meters: readonly MeterPicture[];
  readonly caps: readonly CapPicture[];
  /** Undefined while it was never heard, and in journals of before it was followed. */
  readonly supply: SupplyPicture | undefined;
  readonly fleet: FleetPicture | undefined;
  /** At a start, what the broker still holds of our own last word. */
  readonly targetBeforeStartW: number | undefined;
}
