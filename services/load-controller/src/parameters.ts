import { powerSupply } from "@ballast/contracts";
import type { LoadControllerConfig } from "./config.ts";
import type { Law } from "./core/law.ts";
import { type Profile, profiles } from "./profiles.ts";

type Settings = Omit<LoadControllerConfig, "schedules">;

/** The profile in the site's own frequencies, with what the site replaced. */
export function parametersOf({ profile, overrides, nominalHz }: Settings): Profile {
  const chosen: Profile = profiles[profile];
  const shiftHz = nominalHz - 50;
  const shifted: Profile = {
    ...chosen,
    tripHz: chosen.tripHz + shiftHz,
    emergencyHz: chosen.emergencyHz + shiftHz,
    kickCeilingHz: chosen.kickCeilingHz + shiftHz,
    holdHz: chosen.holdHz + shiftHz,
    restoreHz: chosen.restoreHz + shiftHz,
  };
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return { ...shifted, ...Object.fromEntries(given) };
}

const milli = (value: number): number => Math.round(value * 1_000);

/** What the rules of the law have against these settings, as sentences. */
export function problemsOf(settings: Settings): readonly string[] {
  const { nominalHz, ratedKw, safeKw, overFrequency } = settings;
  const law = parametersOf(settings);
  const resolutionHz = settings.meterResolutionHz ?? law.lowestResolutionHz;
  const firstHz = law.tripHz + (law.stageCount - 1) * law.stageWidthHz;
  const rules: readonly (readonly [isBroken: boolean, sentence: string])[] = [
    ...(settings.isRehearsal ? [] : gentlenessRules(settings, law)),
    [milli(firstHz) >= milli(law.holdHz), "holdHz must lie above the first stage"],
    [milli(law.holdHz) >= milli(law.restoreHz), "holdHz must lie below restoreHz"],
    [milli(law.restoreHz) > milli(nominalHz), "restoreHz must not lie above nominal"],
    [
      milli(law.restoreHz) - milli(firstHz) < 100,
      "restoreHz must lie at least 0.1 Hz above the first stage",
    ],
    [
      law.stageCount > 1 && milli(law.stageWidthHz) < 2 * milli(resolutionHz),
      "stageWidthHz must be at least twice the meter's resolution",
    ],
    [milli(law.emergencyHz) >= milli(law.tripHz), "emergencyHz must lie below tripHz"],
    [milli(law.kickCeilingHz) >= milli(nominalHz), "kickCeilingHz must lie below nominal"],
    [
      law.kick !== "off" && law.kickStageCount > law.stageCount / 2,
      "a kick may shed half of the stages at most",
    ],
    [Math.abs(law.tripHz - nominalHz) > 5, "tripHz must lie within 5 Hz of nominal"],
    [safeKw > ratedKw, "safeKw must not exceed ratedKw"],
    ...overFrequencyRules(overFrequency, ratedKw, nominalHz),
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, sentence]) => sentence);
}

/** What the grid code expects of load that returns by itself. */
function gentlenessRules(
  { batchKw, ratedKw }: Settings,
  law: Profile,
): readonly (readonly [boolean, string])[] {
  return [
    [
      batchKw !== undefined && batchKw > ratedKw * 0.025 + 1e-9,
      "batchKw must not exceed 2.5 % of ratedKw: that is 10 % a minute",
    ],
    [law.batchSpacingMs < 15_000, "batchSpacingMs must be at least 15000"],
    [
      Math.min(law.recoverMs, law.restoreWaitMs, law.restoreWaitShortMs) < 60_000,
      "recoverMs, restoreWaitMs and restoreWaitShortMs must be at least 60000",
    ],
  ];
}

function overFrequencyRules(
  band: Settings["overFrequency"],
  ratedKw: number,
  nominalHz: number,
): readonly (readonly [boolean, string])[] {
  if (band === undefined) return [];
  return [
    [band.baseKw > ratedKw, "overFrequency.baseKw must not exceed ratedKw"],
    [milli(band.startHz) <= milli(nominalHz), "overFrequency.startHz must lie above nominal"],
    [milli(band.fullHz) <= milli(band.startHz), "overFrequency.fullHz must lie above startHz"],
  ];
}

/** The settings as the core wants them. The last stage is the trip, by construction. */
export function lawOf(settings: Settings): Law {
  const parameters = parametersOf(settings);
  const { stageCount, kick } = parameters;
  const { overFrequency } = settings;
  const ratedW = milli(settings.ratedKw);
  return {
    meterCount: settings.meters.length,
    ratedW,
    safeW: milli(settings.safeKw),
    plausibleMinMilliHz: milli(settings.nominalHz - 5),
    plausibleMaxMilliHz: milli(settings.nominalHz + 5),
    stages: Array.from({ length: stageCount }, (_, index) => ({
      thresholdMilliHz:
        milli(parameters.tripHz) + (stageCount - 1 - index) * milli(parameters.stageWidthHz),
      capW: Math.floor((ratedW * (stageCount - 1 - index)) / stageCount),
    })),
    stageW: Math.ceil(ratedW / stageCount),
    confirmMs: parameters.confirmMs,
    emergencyMilliHz: milli(parameters.emergencyHz),
    rereadWaitMs: parameters.rereadWaitMs,
    kick:
      kick === "off"
        ? { kind: kick }
        : {
            kind: kick,
            slopeMilliHzPerS: milli(parameters.kickSlopeHzPerS),
            ceilingMilliHz: milli(parameters.kickCeilingHz),
            stageCountMax: parameters.kickStageCount,
          },
    holdMilliHz: milli(parameters.holdHz),
    restoreMilliHz: milli(parameters.restoreHz),
    recoverMs: parameters.recoverMs,
    restoreWaitMs: parameters.restoreWaitMs,
    restoreWaitShortMs: parameters.restoreWaitShortMs,
    randomDelayMaxMs: parameters.randomDelayMaxMs,
    batchW: settings.batchKw === undefined ? Math.floor(ratedW / 40) : milli(settings.batchKw),
    batchSpacingMs: parameters.batchSpacingMs,
    overFrequency: overFrequency && {
      baseW: milli(overFrequency.baseKw),
      startMilliHz: milli(overFrequency.startHz),
      fullMilliHz: milli(overFrequency.fullHz),
    },
    supply: settings.followsSupply ? { freshMs: powerSupply.maxAgeMs ?? 0 } : undefined,
  };
}
