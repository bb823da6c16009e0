/** How well the figure behind a requirement is known. */
export type Evidence =
  | "two sources or measured"
  | "one source"
  | "engineering knowledge; check with the contract";

/** What a grid operator asks of a load. Frequencies are those of a 50 Hz or 60 Hz grid, as named. */
export interface Product {
  readonly label: string;
  readonly nominalHz: 50 | 60;
  /**
   * At or below this frequency all of the response is due, and its clock starts. Of a product with a
   * curve it is the far end: whoever answers along the curve has begun before, and passes.
   */
  readonly triggerHz: number;
  readonly startMs?: number;
  readonly halfMs?: number;
  readonly fullMs: number;
  readonly holdMs?: number;
  /** Within so long of the trigger the load must be back, ready to respond again. */
  readonly readyMs?: number;
  readonly evidence: Evidence;
  readonly source: string;
}

const secondMs = 1_000;
const minuteMs = 60_000;
const fingrid = "Fingrid: pages on fast frequency reserve";
const british =
  "Pages of the operator and of analysts: 5 % knee, sub-second, 20 Hz; the rest unchecked";
const unchecked = "No document was looked up";

const nordicFast = (triggerHz: number, fullMs: number): Product => ({
  label: `Nordic fast frequency reserve, ${triggerHz} Hz`,
  nominalHz: 50,
  triggerHz,
  fullMs,
  holdMs: 30 * secondMs, // 5 s are enough only for who releases no faster than 20 % a second.
  readyMs: 15 * minuteMs,
  evidence: "two sources or measured",
  source: fingrid,
});

export const products = {
  "nordic-ffr-49.7": nordicFast(49.7, 1_300),
  "nordic-ffr-49.6": nordicFast(49.6, 1_000),
  "nordic-ffr-49.5": nordicFast(49.5, 700),
  "nordic-fcr-d": {
    label: "Nordic FCR-D (up)",
    nominalHz: 50,
    triggerHz: 49.5,
    fullMs: 30 * secondMs,
    evidence: "engineering knowledge; check with the contract",
    source: "Summary of the Nordic FCR technical requirements, 2023: range; times unchecked",
  },
  "gb-dynamic-containment": {
    label: "GB Dynamic Containment (low)",
    nominalHz: 50,
    triggerHz: 49.5,
    startMs: 500,
    fullMs: 1_000,
    holdMs: 15 * minuteMs,
    evidence: "engineering knowledge; check with the contract",
    source: british,
  },
  "gb-dynamic-moderation": {
    label: "GB Dynamic Moderation (low)",
    nominalHz: 50,
    triggerHz: 49.8,
    fullMs: 1_000,
    holdMs: 30 * minuteMs,
    evidence: "engineering knowledge; check with the contract",
    source: british,
  },
  "gb-dynamic-regulation": {
    label: "GB Dynamic Regulation (low)",
    nominalHz: 50,
    triggerHz: 49.8,
    startMs: 2_000,
    fullMs: 10 * secondMs,
    holdMs: 60 * minuteMs,
    evidence: "engineering knowledge; check with the contract",
    source: british,
  },
  "ce-fcr": {
    label: "Continental Europe FCR (up)",
    nominalHz: 50,
    triggerHz: 49.8,
    halfMs: 15 * secondMs,
    fullMs: 30 * secondMs,
    holdMs: 15 * minuteMs,
    evidence: "engineering knowledge; check with the contract",
    source: unchecked,
  },
  "ercot-load-resource": {
    label: "ERCOT load resource on under-frequency relay",
    nominalHz: 60,
    triggerHz: 59.7,
    fullMs: 500,
    evidence: "engineering knowledge; check with the contract",
    source: unchecked,
  },
  "ercot-ffr": {
    label: "ERCOT fast frequency response",
    nominalHz: 60,
    triggerHz: 59.85,
    fullMs: 250,
    holdMs: 15 * minuteMs,
    evidence: "engineering knowledge; check with the contract",
    source: unchecked,
  },
  "za-instantaneous": {
    label: "South Africa, instantaneous demand response",
    nominalHz: 50,
    triggerHz: 49.5,
    fullMs: 6 * secondMs,
    holdMs: 10 * minuteMs,
    evidence: "two sources or measured",
    source: "NTCSA and Eskom: pages on demand response; the level is set by contract, here 49.5 Hz",
  },
  "lfsm-uc": {
    label: "Limited frequency-sensitive mode, consumption",
    nominalHz: 50,
    triggerHz: 49.5,
    fullMs: 2_000,
    evidence: "engineering knowledge; check with the contract",
    source: unchecked,
  },
} as const satisfies Record<string, Product>;

export type ProductName = keyof typeof products;
export const productNames = Object.keys(products) as [ProductName, ...ProductName[]];
export const productOf = (name: ProductName): Product => products[name];
