import { fleetStatus, loadDecision, loadTarget, paramsOf, serviceAlarm } from "@ballast/contracts";
import { defineChecker, type NamedChecker } from "./checker.ts";
import { bootGraceMs, isControlPathClear, meterFaults, Recent, runningCount } from "./observed.ts";
import { isClear } from "./truth.ts";

/** The stages of the profiles `default` and `fast`, from their published thresholds. */
const stageCount = 8;
const thresholdHz = (stage: number): number => 49.5 + (stageCount - stage) * 0.025;
const holdHz = 49.75;
const restoreHz = 49.85;
/** The meter shows whole millihertz, and samples in between: that far truth and reading differ. */
const toleranceHz = 0.012;

const minOffMs = 300_000;
const batchCount = 4;
const batchWindowMs = 14_000; // 15 s, less what the network may shift a command.
const rampCount = 16;
const rampWindowMs = 57_000;

/** Low frequency means low load, at once on a sound control path, within a minute on a sick one. */
const shedsInTime = defineChecker("sheds-in-time", (truth, report) => {
  const lowSinceMonoMs: (number | undefined)[] = [];
  const deadlineMs = (nowMonoMs: number): number =>
    isControlPathClear(truth, 15_000, nowMonoMs) ? 1_500 : 80_000;
  return {
    onTick: (_, monoMs) => {
      const { frequencyHz, voltageRatios } = truth.plant.gridAt(monoMs);
      const isDead = Math.max(...voltageRatios) < 0.79;
      let deepest = 0;
      for (let stage = 1; stage <= stageCount; stage += 1) {
        const isLow =
          !isDead && frequencyHz !== undefined && frequencyHz <= thresholdHz(stage) - 0.001;
        const sinceMonoMs = isLow ? (lowSinceMonoMs[stage] ?? monoMs) : undefined;
        lowSinceMonoMs[stage] = sinceMonoMs;
        if (sinceMonoMs !== undefined && monoMs - sinceMonoMs > deadlineMs(monoMs)) deepest = stage;
      }
      if (deepest === 0) return;
      const allowedCount = Math.floor((truth.minerCount * (stageCount - deepest)) / stageCount);
      const count = runningCount(truth, monoMs);
      if (count > allowedCount) {
        report(
          monoMs,
          `${count} run at ${frequencyHz} Hz; stage ${deepest} allows ${allowedCount}`,
        );
      }
    },
  };
});

/** No meter, or no voltage: no load, and never a start. */
const neverBlind = defineChecker("never-blind", (truth, report) => {
  let blindSinceMonoMs: number | undefined;
  const blindForMs = (monoMs: number): number =>
    blindSinceMonoMs === undefined ? 0 : monoMs - blindSinceMonoMs;
  return {
    onTick: (_, monoMs) => {
      const isDead = Math.max(...truth.plant.gridAt(monoMs).voltageRatios) < 0.79;
      const isBlind = isDead || meterFaults.some((name) => truth.activeFaults.has(name));
      blindSinceMonoMs = isBlind ? (blindSinceMonoMs ?? monoMs) : undefined;
      // 15 s until a frozen meter is known, 10 s until lost, eight steps of 5 s.
      const isPathClear = isClear(truth, ["broker-restart", "service-restart"], 120_000, monoMs);
      if (blindForMs(monoMs) < (isPathClear ? 75_000 : 150_000)) return;
      const count = runningCount(truth, monoMs);
      if (count > 0) report(monoMs, `${count} run, blind for ${blindForMs(monoMs)} ms`);
    },
    onCommand: ({ kind, minerId, monoMs }) => {
      const allowedMs = truth.activeFaults.has("meter-frozen") ? 18_000 : 5_000;
      if (kind === "wake" && blindForMs(monoMs) > allowedMs) {
        report(monoMs, `${minerId} woken, blind for ${blindForMs(monoMs)} ms`);
      }
    },
  };
});

/** Nobody is woken below the restore levels. */
const noEarlyReturn = defineChecker("no-early-return", (truth, report) => {
  const recentHz = new Recent(10_000);
  return {
    onTick: (_, monoMs) => {
      const { frequencyHz } = truth.plant.gridAt(monoMs);
      if (frequencyHz !== undefined) recentHz.add(monoMs, frequencyHz);
    },
    onCommand: ({ kind, minerId, monoMs }) => {
      if (kind !== "wake" || !isControlPathClear(truth, 2_000, monoMs)) return;
      const values = recentHz.within(monoMs);
      const meanHz = values.reduce((sumHz, value) => sumHz + value, 0) / values.length;
      const highestHz = Math.max(...recentHz.within(monoMs, 600));
      if (meanHz < restoreHz - toleranceHz || highestHz < holdHz - toleranceHz) {
        report(monoMs, `${minerId} woken at ${highestHz} Hz, mean ${meanHz.toFixed(4)} Hz`);
      }
    },
  };
});

/** A stopped unit rests; the fleet returns in small batches; nobody is pestered. */
const gentle = defineChecker("gentle", (truth, report) => {
  const offSinceMonoMs = new Map<string, number>();
  const wakes: { readonly minerId: string; readonly monoMs: number }[] = [];
  const commands = new Map<string, number[]>();
  const wokenWithin = (monoMs: number, windowMs: number): number =>
    new Set(wakes.filter((wake) => monoMs - wake.monoMs < windowMs).map(({ minerId }) => minerId))
      .size;
  return {
    onCommand: ({ kind, minerId, monoMs }) => {
      const own = (commands.get(minerId) ?? []).filter((past) => monoMs - past < 60_000);
      own.push(monoMs);
      commands.set(minerId, own);
      // cgminer takes one command for each of three boards.
      if (own.length > 18) report(monoMs, `${minerId} got ${own.length} commands in 60 s`);
      if (kind === "sleep") {
        if (!offSinceMonoMs.has(minerId)) offSinceMonoMs.set(minerId, monoMs);
        return;
      }
      const restedMs = monoMs - (offSinceMonoMs.get(minerId) ?? Number.NEGATIVE_INFINITY);
      if (restedMs < minOffMs - 1_000) report(monoMs, `${minerId} woken after ${restedMs} ms`);
      offSinceMonoMs.delete(minerId);
      if (!truth.activeFaults.has("clock-step")) wakes.push({ minerId, monoMs });
      while ((wakes[0]?.monoMs ?? monoMs) < monoMs - 2 * rampWindowMs) wakes.shift();
      const batch = wokenWithin(monoMs, batchWindowMs);
      if (batch > batchCount) report(monoMs, `${batch} woken within ${batchWindowMs} ms`);
      const ramp = wokenWithin(monoMs, rampWindowMs);
      if (ramp > rampCount) report(monoMs, `${ramp} woken within ${rampWindowMs} ms`);
    },
  };
});

/** The target is the lowest of all caps, whatever else was wished. */
const lowestCapRules = defineChecker("lowest-cap-rules", (truth, report) => ({
  onMessage: ({ address, text }, monoMs) => {
    if (address === loadTarget.address) {
      const { targetKw } = loadTarget.payload.parse(JSON.parse(text));
      if (targetKw > truth.ratedKw + 1e-6) report(monoMs, `target ${targetKw} above the rating`);
    }
    if (address !== loadDecision.address) return;
    const { targetKw, caps } = loadDecision.payload.parse(JSON.parse(text));
    const lowestKw = Math.min(truth.ratedKw, ...caps.map(({ capKw }) => capKw));
    if (targetKw > lowestKw + 1e-6) report(monoMs, `target ${targetKw} above cap ${lowestKw}`);
  },
}));

/** For a minute after a start of any service nobody is woken and nobody is allowed more. */
const restartsAreQuiet = defineChecker("restarts-are-quiet", (truth, report) => {
  const quietMs = 59_000;
  let allowedKw: number | undefined;
  return {
    onCommand: ({ kind, minerId, monoMs }) => {
      const startedMonoMs = truth.serviceStartedMonoMs.get("asic-controller") ?? 0;
      if (kind === "wake" && monoMs - startedMonoMs < quietMs) {
        report(monoMs, `${minerId} woken ${monoMs - startedMonoMs} ms after a start`);
      }
    },
    onMessage: ({ address, text }, monoMs) => {
      if (paramsOf(fleetStatus, address) !== undefined) {
        // What runs already may go on: naming it as the target wakes nobody.
        const { commandedKw } = fleetStatus.payload.parse(JSON.parse(text));
        allowedKw = Math.max(allowedKw ?? 0, commandedKw);
      }
      if (address !== loadTarget.address) return;
      const { targetKw } = loadTarget.payload.parse(JSON.parse(text));
      const startedMonoMs = truth.serviceStartedMonoMs.get("load-controller") ?? 0;
      const isYoung = startedMonoMs > 0 && monoMs - startedMonoMs < quietMs;
      if (isYoung && allowedKw !== undefined && targetKw > allowedKw + 1e-6) {
        report(monoMs, `target rose to ${targetKw} after a start, ${allowedKw} ran`);
      }
      if (!isYoung || targetKw < (allowedKw ?? targetKw)) allowedKw = targetKw;
    },
  };
});

/** What does not follow is replaced or told: power is near the target, or an alarm is up. */
const measuredFollows = defineChecker("measured-follows", (truth, report) => {
  const settleMs = 40_000;
  const unitKw = truth.ratedKw / truth.minerCount;
  const standbyKw = truth.plant.miners.reduce(
    (sumKw, { spec }) => sumKw + spec.standbyW / 1_000,
    0,
  );
  let targetKw: number | undefined;
  let loweredMonoMs = 0;
  let deadMonoMs = Number.NEGATIVE_INFINITY;
  const alarms = new Set<string>();
  return {
    onMessage: ({ address, text }, monoMs) => {
      if (address === loadTarget.address) {
        const next = loadTarget.payload.parse(JSON.parse(text)).targetKw;
        if (next < (targetKw ?? next)) loweredMonoMs = monoMs;
        targetKw = next;
      } else if (paramsOf(serviceAlarm, address) !== undefined) {
        const { code, subject, isRaised } = serviceAlarm.payload.parse(JSON.parse(text));
        if (isRaised) alarms.add(`${code}/${subject}`);
        else alarms.delete(`${code}/${subject}`);
      }
    },
    onTick: (_, monoMs) => {
      if (Math.max(...truth.plant.gridAt(monoMs).voltageRatios) < 0.79) deadMonoMs = monoMs;
      // Units whose power comes back boot and draw for minutes, whatever they are told.
      if (monoMs - deadMonoMs < bootGraceMs) return;
      if (targetKw === undefined || targetKw >= truth.ratedKw) return;
      if (monoMs - loweredMonoMs < settleMs || !isControlPathClear(truth, settleMs, monoMs)) return;
      if (alarms.size > 0) return;
      const powerKw = truth.plant.minersKwAt(monoMs);
      if (powerKw > targetKw * 1.15 + 3 * unitKw + standbyKw) {
        report(
          monoMs,
          `${powerKw.toFixed(1)} kW drawn, target ${targetKw.toFixed(1)} kW, no alarm`,
        );
      }
    },
  };
});

/** Our own services never say what their topics do not describe. */
const cleanBus = defineChecker("clean-bus", (_, report) => ({
  onMessage: ({ address, text }, monoMs) => {
    if (address.includes("/alarms/bus.rejects/") && text.includes('"isRaised":true')) {
      report(monoMs, text);
    }
  },
}));

/** Calm and sound for long enough: everything runs that can run. */
export const returnsToFull = (calmMs: number): NamedChecker =>
  defineChecker("returns-to-full", (truth, report) => {
    let calmSinceMonoMs = 0;
    let hasReported = false;
    return {
      onTick: (_, monoMs) => {
        const { frequencyHz, voltageRatios } = truth.plant.gridAt(monoMs);
        const isCalm =
          (frequencyHz ?? 0) > 49.9 &&
          Math.min(...voltageRatios) > 0.95 &&
          truth.activeFaults.size === 0;
        if (!isCalm) calmSinceMonoMs = monoMs;
        if (hasReported || monoMs - calmSinceMonoMs < calmMs) return;
        hasReported = true; // Once in a run is enough.
        const count = runningCount(truth, monoMs);
        if (count < truth.minerCount * 0.98) {
          report(monoMs, `${count} of ${truth.minerCount} run after ${calmMs} ms of calm`);
        }
      },
    };
  });

export const allCheckers: readonly NamedChecker[] = [
  shedsInTime,
  neverBlind,
  noEarlyReturn,
  gentle,
  lowestCapRules,
  restartsAreQuiet,
  measuredFollows,
  cleanBus,
];
