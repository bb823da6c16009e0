import type { Random } from "@ballast/kernel";
import type { MeterDriver, MeterReading, Quantity } from "@ballast/meter-drivers";
import type { ReadRequest } from "@ballast/modbus";
import { registerImage } from "./register-image.ts";

/** What can be wrong with a meter, or with the line to it. */
export type MeterFault =
  | { readonly kind: "none" }
  /** Switched off: no connection, and no answer on those that are open. */
  | { readonly kind: "dead" }
  /** Half-open: connects, and then never says a word. */
  | { readonly kind: "silent" }
  /** Answers, with the values of the moment when the fault began. */
  | { readonly kind: "frozen" }
  | { readonly kind: "garbage" }
  /** Only the first half of every reply arrives. */
  | { readonly kind: "truncated" }
  /** Replies to a request that is long over. */
  | { readonly kind: "stray" }
  | { readonly kind: "exception"; readonly code: number }
  | { readonly kind: "slow"; readonly delayMs: number }
  /** Ends the connection at every request. */
  | { readonly kind: "hang-up" };

export type MeterAnswer =
  | { readonly kind: "words"; readonly words: Uint16Array; readonly delayMs: number }
  | { readonly kind: "exception"; readonly code: number }
  | { readonly kind: "silent" | "garbage" | "truncated" | "stray" | "hang-up" };

export interface MeterChange {
  readonly quantities: readonly Quantity[];
  readonly monoMs: number;
}

export interface SimulatedMeterOptions {
  readonly driver: MeterDriver;
  /** The truth at the meter's terminals. Asked when a request comes and the values are due. */
  readonly source: (monoMs: number) => MeterReading;
  /** How often the meter renews its registers; 0 means with every request. */
  readonly refreshMs?: number;
  /** With it the last digits of V, I and P wander, as they do on every real meter. */
  readonly noise?: Random;
  readonly serialNumber?: string;
  /** Told when register contents change: the start of every latency measurement. */
  readonly onChange?: (change: MeterChange) => void;
}

export interface SimulatedMeter {
  readonly driver: MeterDriver;
  fault: MeterFault;
  /** Renews the registers now, from the source. */
  refresh(monoMs: number): void;
  answer(request: ReadRequest, monoMs: number): MeterAnswer;
}

const illegalAddress = { kind: "exception", code: 2 } as const;
const illegalValue = { kind: "exception", code: 3 } as const;

export function simulatedMeter(options: SimulatedMeterOptions): SimulatedMeter {
  const { driver, source, refreshMs = 0, noise, serialNumber, onChange } = options;
  const image = registerImage(driver, serialNumber);
  let refreshedMonoMs: number | undefined;
  const meter: SimulatedMeter = {
    driver,
    fault: { kind: "none" },
    refresh(monoMs) {
      if (meter.fault.kind === "frozen") return;
      refreshedMonoMs = monoMs;
      const values = source(monoMs);
      image.write(noise === undefined ? values : wander(values, noise));
      if (onChange === undefined) return;
      const quantities = image.changes();
      if (quantities.length > 0) onChange({ quantities, monoMs });
    },
    answer(request, monoMs) {
      const { fault } = meter;
      switch (fault.kind) {
        case "dead":
          return { kind: "silent" };
        case "silent":
        case "garbage":
        case "truncated":
        case "stray":
        case "hang-up":
          return { kind: fault.kind };
        case "exception":
          return fault;
        case "none":
        case "frozen":
        case "slow": {
          const isDue = refreshedMonoMs === undefined || monoMs - refreshedMonoMs >= refreshMs;
          if (isDue) meter.refresh(monoMs);
          if (request.wordCount < 1 || request.wordCount > driver.wordsPerReadMax) {
            return illegalValue;
          }
          const words = image.read(request);
          if (words === undefined) return illegalAddress;
          return { kind: "words", words, delayMs: fault.kind === "slow" ? fault.delayMs : 0 };
        }
      }
    },
  };
  return meter;
}

/** Standard deviations as ratios of the value; the frequency stays exact, tests depend on it. */
const noiseRatios: readonly (readonly [Quantity, number])[] = [
  ["voltageL1V", 0.000_5],
  ["voltageL2V", 0.000_5],
  ["voltageL3V", 0.000_5],
  ["currentL1A", 0.001],
  ["currentL2A", 0.001],
  ["currentL3A", 0.001],
  ["powerKw", 0.000_5],
  ["reactiveKvar", 0.000_5],
];

function wander(values: MeterReading, noise: Random): MeterReading {
  const noisy: { -readonly [Name in Quantity]?: number } = { ...values };
  for (const [quantity, ratio] of noiseRatios) {
    const value = values[quantity];
    if (value !== undefined) noisy[quantity] = value * (1 + ratio * noise.normal());
  }
  return noisy;
}
