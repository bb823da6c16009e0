import type { minerReading, PayloadOf } from "@ballast/contracts";
import type { MinerReading } from "@ballast/miner-drivers";

type ReadingPayload = PayloadOf<typeof minerReading>;

const listMax = 16;
const faultsMax = 32;
const textMax = 1_000;

/** A driver's reading in the words of the bus. What the miner did not say is not there. */
export function readingPayload(reading: MinerReading, atMs: number): ReadingPayload {
  const { mode, powerSource } = reading;
  return {
    atMs,
    mode,
    powerSource,
    hashrateThs: reading.hashrateThs,
    expectedThs: reading.expectedThs,
    powerW: reading.powerW,
    chipMaxC: reading.chipTemperatureMaxC,
    uptimeMs: whole(reading.uptimeMs),
    acceptedCount: whole(reading.acceptedCount),
    rejectedCount: whole(reading.rejectedCount),
    hardwareErrorsCount: whole(reading.hardwareErrorCount),
    boardTemperaturesC: reading.boardTemperaturesC.slice(0, listMax),
    fansRpm: reading.fansRpm.slice(0, listMax),
    pools: reading.pools.slice(0, listMax).map(({ isActive, status, url, user }) => ({
      url: cut(withoutCredentials(url)),
      user: cut(user ?? ""),
      isActive: isActive ?? false,
      isAlive: status === "alive",
    })),
    faults: reading.faults
      .slice(0, faultsMax)
      .map(({ code, text }) => ({ code: cut(code), text: cut(text) })),
  };
}

/** Counters are whole; one that is not is no counter. */
const whole = (value: number | undefined): number | undefined =>
  value === undefined || value < 0 ? undefined : Math.round(value);

const cut = (text: string): string => text.slice(0, textMax);

/** `stratum+tcp://user:password@pool:3333` must not show its password to every reader. */
const withoutCredentials = (url: string): string => url.replace(/\/\/[^/@]*@/, "//");
