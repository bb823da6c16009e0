import { paramsOf, powerSupply } from "@ballast/contracts";
import { sensorIntervalMs } from "@ballast/sim-devices";
import { defineChecker, type NamedChecker } from "./checker.ts";
import { Recent } from "./observed.ts";

/** Miners need some seconds to stop, and the water may fall faster than they do. */
const aboveMaxMs = 3_000;
/** A sensor that has just spoken shows it a second later, and its word travels. */
const sightMs = sensorIntervalMs + 300;
const coveredMs = 58_000; // A minute, less what sensors and network may shift.

/** The fault in which the station's gauge says nothing. */
export const gaugeSilent = "gauge-silent";

/** The site draws no more than there is: as it was published, and as it truly was. */
const staysWithinSupply = defineChecker("stays-within-supply", (truth, report) => {
  const available = new Recent(sightMs);
  const standbyKw = truth.plant.miners.reduce(
    (sumKw, { spec }) => sumKw + spec.standbyW / 1_000,
    0,
  );
  let allowKw: number | undefined;
  const aboveSinceMonoMs: { said?: number | undefined; truly?: number | undefined } = {};
  const judge = (
    which: "said" | "truly",
    limitKw: number,
    siteKw: number,
    monoMs: number,
  ): void => {
    const sinceMonoMs = siteKw > limitKw ? (aboveSinceMonoMs[which] ?? monoMs) : undefined;
    aboveSinceMonoMs[which] = sinceMonoMs;
    if (sinceMonoMs === undefined || monoMs - sinceMonoMs <= aboveMaxMs) return;
    report(
      monoMs,
      `${siteKw.toFixed(1)} kW drawn for ${monoMs - sinceMonoMs} ms, ${which} there: ${limitKw.toFixed(1)} kW`,
    );
  };
  return {
    onMessage: ({ address, text }) => {
      if (paramsOf(powerSupply, address) === undefined) return;
      ({ allowKw } = powerSupply.payload.parse(JSON.parse(text)));
    },
    onTick: (_, monoMs) => {
      // Where all miners rest there is nothing left to stop.
      const isAllAsleep = truth.plant.minersKwAt(monoMs) <= standbyKw * 1.01;
      const siteKw = isAllAsleep ? 0 : truth.plant.feederAt(monoMs).powerKw;
      if (allowKw !== undefined) judge("said", allowKw, siteKw, monoMs);
      // While the gauge says nothing only the frequency can tell.
      const isGaugeHeard = !truth.activeFaults.has(gaugeSilent);
      const availableKw = truth.plant.availableKwAt(monoMs);
      if (availableKw === undefined) return;
      available.add(monoMs, availableKw);
      const shownKw = Math.max(...available.within(monoMs));
      if (isGaugeHeard) judge("truly", shownKw, siteKw, monoMs);
    },
  };
});

/** Whoever is woken fits, with all that run or start, under what there was for a whole minute. */
const wakesWhenCovered = defineChecker("wakes-when-covered", (truth, report) => {
  const available = new Recent(coveredMs);
  const plannedKw = (monoMs: number): number => {
    const othersKw = truth.plant.feederAt(monoMs).powerKw - truth.plant.minersKwAt(monoMs);
    return truth.plant.miners.reduce((sumKw, miner) => {
      const { mode } = miner.stateAt(monoMs);
      return sumKw + (mode === "hashing" || mode === "starting" ? miner.spec.ratedW / 1_000 : 0);
    }, othersKw);
  };
  return {
    onTick: (_, monoMs) => {
      const availableKw = truth.plant.availableKwAt(monoMs);
      if (availableKw !== undefined) available.add(monoMs, availableKw);
    },
    onCommand: ({ kind, minerId, monoMs }) => {
      if (kind !== "wake") return;
      const lowestKw = Math.min(...available.within(monoMs));
      const drawnKw = plannedKw(monoMs);
      if (drawnKw <= lowestKw) return;
      const detail = `${minerId} woken for ${drawnKw.toFixed(1)} kW`;
      report(monoMs, `${detail}; in the last minute there were ${lowestKw.toFixed(1)} kW`);
    },
  };
});

/** A site that is told how much there is does not wait until the frequency shows it. */
const aheadOfTheFrequency = defineChecker("ahead-of-the-frequency", (truth, report) => {
  const actsBelowHz = 49.9; // From here down the frequency law may shed by itself.
  return {
    onTick: (_, monoMs) => {
      if (truth.activeFaults.has(gaugeSilent)) return;
      const { frequencyHz = truth.nominalHz } = truth.plant.gridAt(monoMs);
      if (frequencyHz <= actsBelowHz) report(monoMs, `the frequency fell to ${frequencyHz} Hz`);
    },
  };
});

/** The island's protection never has to act. */
const neverDark = defineChecker("never-dark", (truth, report) => {
  let blackoutsCount = 0;
  return {
    onTick: (_, monoMs) => {
      const { blackoutsCount: nowCount } = truth.plant.counts();
      if (nowCount > blackoutsCount) report(monoMs, "the island went dark");
      blackoutsCount = nowCount;
    },
  };
});

export const supplyCheckers: readonly NamedChecker[] = [
  staysWithinSupply,
  wakesWhenCovered,
  aheadOfTheFrequency,
  neverDark,
];
