import type { Result } from "@ballast/kernel";
import type { Extent, ModbusTable, NumberType, ReadRequest, WordOrder } from "@ballast/modbus";
import type { Quantity } from "./quantities.ts";

export interface Register {
  readonly table: ModbusTable;
  /** On the wire, counted from 0. */
  readonly address: number;
  readonly type: NumberType;
  /** Canonical unit per count: 0.00001 turns hundredths of a watt into kW. */
  readonly scale: number;
  /** Where the meter keeps a power of ten for this value (SunSpec); read in the same reply. */
  readonly exponentAt?: number;
}

/** `fast` with every frequency sample, the others once a second and once a minute. */
export type Schedule = "fast" | "second" | "minute";

export interface Read {
  readonly from: Register;
  readonly every: Schedule;
}

export type Reads = { readonly [Name in Quantity]?: Read } & { readonly frequencyHz: Read };

export interface TextRegister extends Extent {
  readonly startsWith: string;
}

/** How to recognise this meter: by a text of the maker, by the walk in `locate`, or not at all. */
export type Probe =
  | { readonly kind: "text"; readonly from: TextRegister }
  | { readonly kind: "located" }
  /** Nothing but a plausible frequency where the table expects one: good for a search only. */
  | { readonly kind: "frequency" };

/**
 * Finds where the table starts on this very device. A generator, so that the same walk runs over
 * a socket and over a simulated image. A request that the device refuses comes back undefined.
 */
export type Locate = () => Generator<ReadRequest, Result<number>, Uint16Array | undefined>;

export interface MeterDriver {
  readonly id: string;
  readonly label: string;
  /** The document behind the addresses. */
  readonly source: string;
  /** `draft`: from documents. `recorded`: from answers of a real one. `proven`: ran on a site. */
  readonly tier: "draft" | "recorded" | "proven";
  readonly unitId: number;
  readonly wordOrder: WordOrder;
  /** -1 where the meter counts import as negative: on our bus, import is positive. */
  readonly powerSign: 1 | -1;
  readonly wordsPerReadMax: number;
  /** Stretches without holes; reads may run over registers there that nobody asked for. */
  readonly spans: readonly Extent[];
  /** Coarser than 0.05 Hz: good for one threshold only, not for stages. */
  readonly frequencyResolutionHz: number;
  /** How often the meter renews its frequency, as far as known; polling faster only repeats. */
  readonly refreshMs: number;
  readonly probe: Probe;
  readonly serialNumber?: Extent;
  /** Registers that differ from site to site: the site file must state them before use. */
  readonly unsettled: readonly Quantity[];
  readonly reads: Reads;
  /** With it, all addresses count from where the walk ends. */
  readonly locate?: Locate;
  /** What never changes on a device of this kind, for the simulated one. Absolute addresses. */
  readonly constants: readonly Constant[];
}

export interface Constant {
  readonly table: ModbusTable;
  readonly address: number;
  readonly words: readonly number[];
}

type Optional = "spans" | "unsettled" | "constants";
export type MeterDefinition = Omit<MeterDriver, Optional> & Partial<Pick<MeterDriver, Optional>>;

export const defineMeter = (definition: MeterDefinition): MeterDriver =>
  Object.freeze({ spans: [], unsettled: [], constants: [], ...definition });

interface RegisterOptions {
  readonly scale?: number;
  readonly exponentAt?: number;
}

const register =
  (table: ModbusTable) =>
  (address: number, type: NumberType, options: RegisterOptions = {}): Register => ({
    table,
    address,
    type,
    scale: 1,
    ...options,
  });

export const holding = register("holding");
export const input = register("input");
