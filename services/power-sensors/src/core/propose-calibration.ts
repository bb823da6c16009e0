import type { SampleQuality } from "@ballast/contracts";

export interface CalibrationSample {
  readonly powerKw: number;
  readonly quality: SampleQuality;
}

/** What the sensor is set to while it is compared; its samples have gone through it. */
export interface CurrentCalibration {
  readonly calibrationFactorRatio: number;
  readonly calibrationOffsetKw: number;
}

export type CalibrationProposal =
  | { readonly kind: "none"; readonly why: string }
  | {
      readonly kind: "factor";
      readonly factorRatio: number;
      /** With 95 % confidence the right one lies between these, if the reference is right. */
      readonly factorMinRatio: number;
      readonly factorMaxRatio: number;
      readonly meanKw: number;
      readonly sampleCount: number;
      readonly warnings: readonly string[];
    };

const samplesMin = 3;
const samplesEnough = 10;
const noiseMaxRatio = 0.02;
const driftMaxRatio = 0.01;
const stepMaxRatio = 0.005;
const loadMinKw = 0.1;
const plausibleFactor = { min: 0.5, max: 2 };
/** Student's t at 95 % for 2, 3, 4 … degrees of freedom; beyond, close to the normal. */
const confidence = [4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14];
const confidenceOfMany = 2.1;

/** The factor with which the sensor would have shown the reference, and how sure that is. */
export function proposeCalibration(
  samples: readonly CalibrationSample[],
  referenceKw: number,
  current: CurrentCalibration,
): CalibrationProposal {
  if (samples.length < samplesMin) {
    const count = samples.length === 0 ? "no sample" : `only ${samples.length} samples`;
    return { kind: "none", why: `${count} came; it takes ${samplesMin} at least` };
  }
  const { calibrationFactorRatio, calibrationOffsetKw } = current;
  const rawKws = samples.map(
    ({ powerKw }) => (powerKw - calibrationOffsetKw) / calibrationFactorRatio,
  );
  const meanKw = meanOf(rawKws);
  const wantedKw = referenceKw - calibrationOffsetKw;
  if (meanKw === 0 || wantedKw === 0) return { kind: "none", why: "a factor cannot mend a zero" };
  if (Math.sign(meanKw) !== Math.sign(wantedKw)) {
    return { kind: "none", why: "the sign is wrong: turn isReversed around, then try again" };
  }
  const spreadKw = spreadOf(rawKws, meanKw);
  const errorKw = (factorOfConfidence(rawKws.length) * spreadKw) / Math.sqrt(rawKws.length);
  const errorRatio = errorKw / Math.abs(meanKw);
  const factorRatio = wantedKw / meanKw;
  return {
    kind: "factor",
    factorRatio,
    factorMinRatio: factorRatio / (1 + errorRatio),
    // Past all of itself the spread says nothing of an upper end.
    factorMaxRatio: errorRatio < 1 ? factorRatio / (1 - errorRatio) : Number.MAX_VALUE,
    meanKw,
    sampleCount: samples.length,
    warnings: [
      ...warningsAbout(rawKws, meanKw, spreadKw),
      ...(samples.some(({ quality }) => quality !== "good")
        ? ["the sensor itself is not good: see its status before you believe this"]
        : []),
      ...(factorRatio < plausibleFactor.min || factorRatio > plausibleFactor.max
        ? ["so large a factor is a wrong ratio, unit or phase, and no calibration"]
        : []),
    ],
  };
}

function warningsAbout(
  rawKws: readonly number[],
  meanKw: number,
  spreadKw: number,
): readonly string[] {
  const loadKw = Math.abs(meanKw);
  const third = Math.max(1, Math.floor(rawKws.length / 3));
  const driftKw = Math.abs(meanOf(rawKws.slice(-third)) - meanOf(rawKws.slice(0, third)));
  const isDrifting = driftKw > loadKw * driftMaxRatio && driftKw > spreadKw;
  const warnings: readonly (readonly [boolean, string])[] = [
    [rawKws.length < samplesEnough, `only ${rawKws.length} samples: measure longer`],
    [
      loadKw < loadMinKw || stepOf(rawKws) > loadKw * stepMaxRatio,
      "the load is too low for this sensor's steps: calibrate near the load that it is there for",
    ],
    [spreadKw > loadKw * noiseMaxRatio, "the load is not steady: keep it constant and repeat"],
    [isDrifting, "the load drifts: wait until it has settled"],
  ];
  return warnings.flatMap(([holds, sentence]) => (holds ? sentence : []));
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const spreadOf = (values: readonly number[], mean: number): number =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));

const factorOfConfidence = (sampleCount: number): number =>
  confidence[sampleCount - samplesMin] ?? confidenceOfMany;

/** The smallest step between two samples; 0 where they are all the same. */
function stepOf(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const steps = sorted
    .slice(1)
    .map((value, index) => value - (sorted[index] ?? value))
    .filter((step) => step > 1e-9);
  return steps.length === 0 ? 0 : Math.min(...steps);
}
