/** The law's numbers as the core wants them: integer millihertz, watts and milliseconds. */
export interface Law {
  readonly meterCount: number;
  readonly ratedW: number;
  /** What may keep running when the site is blind. */
  readonly safeW: number;
  /** A frequency outside this is no grid's, whatever its quality says. */
  readonly plausibleMinMilliHz: number;
  readonly plausibleMaxMilliHz: number;
  /** Stage k trips at or below its threshold; the first is the highest, the last is the trip. */
  readonly stages: readonly Stage[];
  readonly stageW: number;
  readonly confirmMs: number;
  readonly emergencyMilliHz: number;
  /** How long a re-read may take before its absence counts as agreement. */
  readonly rereadWaitMs: number;
  readonly kick: KickLaw;
  readonly holdMilliHz: number;
  readonly restoreMilliHz: number;
  /** Good samples without a break for so long, before a blind site may see again. */
  readonly recoverMs: number;
  readonly restoreWaitMs: number;
  readonly restoreWaitShortMs: number;
  readonly randomDelayMaxMs: number;
  readonly batchW: number;
  readonly batchSpacingMs: number;
  readonly overFrequency: OverFrequencyLaw | undefined;
  /** Undefined where the site does not follow its supply, and in journals of before it could. */
  readonly supply: SupplyLaw | undefined;
}

export interface SupplyLaw {
  /** An older word allows no raise, and what it allowed falls. */
  readonly freshMs: number;
}

export interface Stage {
  readonly thresholdMilliHz: number;
  readonly capW: number;
}

export type KickLaw =
  | { readonly kind: "off" }
  | {
      /** `steps` for meters of about 1 Hz, `windows` for those of 10 Hz and more. */
      readonly kind: "steps" | "windows";
      readonly slopeMilliHzPerS: number;
      readonly ceilingMilliHz: number;
      readonly stageCountMax: number;
    };

export interface OverFrequencyLaw {
  readonly baseW: number;
  readonly startMilliHz: number;
  readonly fullMilliHz: number;
}

/** A source is trusted until its last good word is this old (reference law, table 7.2). */
export const freshMs = 3_000;
/** No good frequency for this long, and the site sheds: it must not load what it cannot see. */
export const lostAfterMs = 10_000;
