/** What a miner does, seen from outside. `off`: no voltage at its socket. */
export type MinerMode = "hashing" | "starting" | "stopping" | "sleeping" | "off";

export type MinerCommand = "sleep" | "wake";

/**
 * How a miner fails. `lying` (acknowledges, carries on) and `slow` (obeys late) are facts of the
 * miner itself and live here; the others are facts of its wire, and the wire faces live up to them.
 */
export const misbehaviours = [
  "none",
  "deaf",
  "lying",
  "slow",
  "hung",
  "garbling",
  "truncating",
  "oversized",
  "wrong-types",
] as const;
export type Misbehaviour = (typeof misbehaviours)[number];

/** A slow miner lets this much time pass before it begins to obey. */
export const slowObeysAfterMs = 20_000;

export const phases = ["L1", "L2", "L3"] as const;
export type Phase = (typeof phases)[number];

export interface Range {
  readonly minMs: number;
  readonly maxMs: number;
}

/** One simulated unit: nameplate facts of its model, habits of its firmware. */
export interface MinerSpec {
  readonly id: string;
  readonly ratedW: number;
  readonly ratedThs: number;
  readonly standbyW: number;
  /** From the obeyed command until standby power. Families differ: 3 to 75 s. */
  readonly stopMs: number;
  /** From the obeyed wake until the first hash, at 5 to 20 % of rated power. Default 30 to 180 s. */
  readonly bootMs?: Range;
  /** From the first hash to full power. Default 30 to 120 s. */
  readonly rampMs?: Range;
  /** Whether a sleeping unit still sleeps after its power was cut. Others come back hashing. */
  readonly doesSleepSurviveReboot: boolean;
  /** Default: phases take turns in the order of the list. */
  readonly phase?: Phase;
  /** The feeder that it hangs on, where the site has some. */
  readonly feeder?: string;
  /** Default `hashing`, warm and settled. */
  readonly initialMode?: "hashing" | "sleeping";
  readonly misbehaviour?: Misbehaviour;
}

/** Everything the unit's own sensors and counters know at one instant. */
export interface MinerState {
  readonly mode: MinerMode;
  /** False while the control board boots and when there is no voltage: connections are refused. */
  readonly isReachable: boolean;
  readonly powerW: number;
  /** Mean hashrates as miners report them: they decay over their window instead of dropping. */
  readonly hashrate5sThs: number;
  readonly hashrate1mThs: number;
  readonly hashrate5mThs: number;
  readonly hashrate15mThs: number;
  /** All hashes since the control board booted, over all that time. Lies long after a stop. */
  readonly hashrateMeanThs: number;
  readonly inletC: number;
  readonly boardC: number;
  readonly chipMaxC: number;
  readonly fanRpm: number;
  /** Since the control board booted; the counters below start there, too. */
  readonly uptimeMs: number;
  readonly acceptedCount: number;
  readonly rejectedCount: number;
  readonly staleCount: number;
  readonly hardwareErrorCount: number;
  /** Drawn since the simulation began; never restarts. */
  readonly energyKwh: number;
  /** How often the unit began to start since the simulation began, by wake or by returning voltage. */
  readonly startCount: number;
}

/**
 * `accepted` is what the firmware answers, and says nothing about what it does.
 * `unreachable`: no voltage, or the control board still boots; nobody was there to answer.
 */
export type CommandAnswer = "accepted" | "unreachable";

/** A unit of the plant. Any instant may be asked for; one before the plant's present means now. */
export interface SimulatedMiner {
  readonly id: string;
  readonly spec: MinerSpec;
  readonly phase: Phase;
  readonly misbehaviour: Misbehaviour;
  setMisbehaviour(misbehaviour: Misbehaviour): void;
  stateAt(monoMs: number): MinerState;
  /** Absolute and idempotent, as the real commands are. */
  command(command: MinerCommand, monoMs: number): CommandAnswer;
}
