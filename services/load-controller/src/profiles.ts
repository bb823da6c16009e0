/** One way to behave towards a grid. Frequencies are those of a 50 Hz grid. */
export interface Profile {
  readonly tripHz: number;
  readonly stageCount: number;
  readonly stageWidthHz: number;
  readonly confirmMs: number;
  readonly emergencyHz: number;
  readonly rereadWaitMs: number;
  readonly kick: "off" | "steps" | "windows";
  readonly kickSlopeHzPerS: number;
  readonly kickCeilingHz: number;
  readonly kickStageCount: number;
  readonly holdHz: number;
  readonly restoreHz: number;
  readonly recoverMs: number;
  readonly restoreWaitMs: number;
  readonly restoreWaitShortMs: number;
  readonly randomDelayMaxMs: number;
  readonly batchSpacingMs: number;
  readonly lowestResolutionHz: number;
}

/** For a meter polled once a second on a grid like Great Britain's or Kenya's better days. */
const standard: Profile = {
  tripHz: 49.5,
  stageCount: 8,
  stageWidthHz: 0.025, // T_1 = 49.675, 0.25 Hz below the lowest value of an ordinary day.
  confirmMs: 1_000,
  emergencyHz: 49.3,
  rereadWaitMs: 300,
  kick: "steps",
  kickSlopeHzPerS: -0.1, // 15 times the steepest 2 s of an ordinary day.
  kickCeilingHz: 49.9,
  kickStageCount: 4,
  holdHz: 49.75,
  restoreHz: 49.85,
  recoverMs: 60_000,
  restoreWaitMs: 120_000,
  restoreWaitShortMs: 60_000,
  randomDelayMaxMs: 60_000,
  batchSpacingMs: 15_000,
  lowestResolutionHz: 0.01,
};

export const profiles = {
  default: standard,
  /** For a meter polled 20 times a second: two samples 50 ms apart confirm a stage. */
  fast: { ...standard, confirmMs: 50, kick: "windows" },
  /** Where frequency lies below 49.8 Hz for hours: later, coarser, and back sooner. */
  "weak-grid": {
    ...standard,
    stageCount: 4,
    stageWidthHz: 0.033,
    kickSlopeHzPerS: -0.25,
    kickCeilingHz: 49.7,
    kickStageCount: 2, // Half of the load, as in the other profiles.
    holdHz: 49.65,
    restoreHz: 49.7,
  },
  /** Where 49.76 Hz is already an event. */
  "strong-grid": { ...standard, stageWidthHz: 0.037, holdHz: 49.8, restoreHz: 49.9 },
  /** For meters of 0.1 Hz: all off at the trip, nothing before. */
  "threshold-only": { ...standard, stageCount: 1, kick: "off", lowestResolutionHz: 0.1 },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;
export const profileNames = Object.keys(profiles) as [ProfileName, ...ProfileName[]];
