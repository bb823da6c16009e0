import { describe, expect, test } from "@jest/globals";
import { exampleConfig, LoadControllerConfig } from "./config.ts";
import { lawOf } from "./parameters.ts";
import { profileNames } from "./profiles.ts";

const base = { meters: ["poc"], ratedKw: 560 };
const problemsIn = (config: unknown): readonly string[] => {
  const parsed = LoadControllerConfig.safeParse(config);
  return parsed.success ? [] : parsed.error.issues.map(({ message }) => message);
};

describe.each(profileNames)("profile %s", (profile) => {
  test.each([50, 60])(
    "keeps its own rules on a grid of %d Hz, relative to nominal",
    (nominalHz) => {
      const config = LoadControllerConfig.parse({ ...base, profile, nominalHz });
      const law = lawOf(config);
      const nominal = nominalHz * 1_000;
      expect(law.stages.at(-1)).toEqual({ thresholdMilliHz: nominal - 500, capW: 0 });
      const first = law.stages[0]?.thresholdMilliHz ?? 0;
      expect(first).toBeLessThan(law.holdMilliHz);
      expect(law.holdMilliHz).toBeLessThan(law.restoreMilliHz);
      expect(law.restoreMilliHz).toBeLessThanOrEqual(nominal);
      expect(law.restoreMilliHz - first).toBeGreaterThanOrEqual(100);
      expect(law.emergencyMilliHz).toBe(nominal - 700);
    },
  );
});

test("the default law is the reference's", () => {
  const law = lawOf(exampleConfig);
  expect(law.stages.map(({ thresholdMilliHz }) => thresholdMilliHz)).toEqual([
    49_675, 49_650, 49_625, 49_600, 49_575, 49_550, 49_525, 49_500,
  ]);
  expect(law.stages.map(({ capW }) => capW / 3_500)).toEqual([140, 120, 100, 80, 60, 40, 20, 0]);
  expect(law).toMatchObject({ batchW: 14_000, batchSpacingMs: 15_000, stageW: 70_000 });
});

test("the first stages of the other profiles are the reference's", () => {
  const firstOf = (profile: string): number | undefined =>
    lawOf(LoadControllerConfig.parse({ ...base, profile })).stages[0]?.thresholdMilliHz;
  expect(firstOf("weak-grid")).toBe(49_599);
  expect(firstOf("strong-grid")).toBe(49_759);
  expect(firstOf("threshold-only")).toBe(49_500);
});

test.each([
  [{ overrides: { holdHz: 49.67 } }, "holdHz must lie above the first stage"],
  [{ overrides: { holdHz: 49.85 } }, "holdHz must lie below restoreHz"],
  [{ overrides: { restoreHz: 50.01 } }, "restoreHz must not lie above nominal"],
  [
    { overrides: { holdHz: 49.7, restoreHz: 49.774 } },
    "restoreHz must lie at least 0.1 Hz above the first stage",
  ],
  [{ meterResolutionHz: 0.1 }, "stageWidthHz must be at least twice the meter's resolution"],
  [{ overrides: { emergencyHz: 49.5 } }, "emergencyHz must lie below tripHz"],
  [{ overrides: { kickCeilingHz: 50 } }, "kickCeilingHz must lie below nominal"],
  [{ overrides: { kickStageCount: 5 } }, "a kick may shed half of the stages at most"],
  [{ nominalHz: 60, overrides: { tripHz: 49.5 } }, "tripHz must lie within 5 Hz of nominal"],
  [{ safeKw: 561 }, "safeKw must not exceed ratedKw"],
  [{ overrides: { batchSpacingMs: 1_000 } }, "batchSpacingMs must be at least 15000"],
  [
    { overrides: { restoreWaitMs: 5_000 } },
    "recoverMs, restoreWaitMs and restoreWaitShortMs must be at least 60000",
  ],
  [{ batchKw: 15 }, "batchKw must not exceed 2.5 % of ratedKw: that is 10 % a minute"],
  [
    { overFrequency: { baseKw: 600, startHz: 50.2, fullHz: 50.5 } },
    "overFrequency.baseKw must not exceed ratedKw",
  ],
  [
    { overFrequency: { baseKw: 100, startHz: 50, fullHz: 50.5 } },
    "overFrequency.startHz must lie above nominal",
  ],
  [
    { overFrequency: { baseKw: 100, startHz: 50.2, fullHz: 50.2 } },
    "overFrequency.fullHz must lie above startHz",
  ],
  [{ meters: ["poc", "poc"] }, "a meter is named twice"],
  [
    { schedules: [{ name: "peak", cron: "99 17 * * *", durationMs: 60_000, capKw: 0 }] },
    "a field is out of its range",
  ],
  [
    {
      schedules: [
        { name: "peak", cron: "0 17 * * *", durationMs: 60_000, capKw: 0, timezone: "Mars/Base" },
      ],
    },
    "this time zone is not known",
  ],
])("refused: %j", (change, sentence) => {
  expect(problemsIn({ ...base, ...change })).toContain(sentence);
});

test("a typing error is an error", () => {
  expect(problemsIn({ ...base, raetdKw: 1 })).toHaveLength(1);
  expect(problemsIn({ ...base, overrides: { tripHertz: 49.5 } })).toHaveLength(1);
});

test("a rehearsal may return as fast as it likes", () => {
  const quick = { restoreWaitMs: 1_000, restoreWaitShortMs: 1_000, batchSpacingMs: 1_000 };
  const config = { ...base, isRehearsal: true, batchKw: 560, overrides: quick };
  expect(LoadControllerConfig.safeParse(config).success).toBe(true);
});
