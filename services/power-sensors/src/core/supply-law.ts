/** Where power comes from. The kind says how much of it must be kept free. */
export const supplyKinds = ["grid", "hydro", "diesel", "solar-battery", "solar"] as const;
export type SupplyKind = (typeof supplyKinds)[number];

/**
 * The share that stays free, by kind: meter error and power factor on a strong grid; governors and
 * trash racks at a river; step-load limits of an engine; an inverter's overload rating; cloud edges.
 */
export const reserveRatioOf: Readonly<Record<SupplyKind, number>> = {
  grid: 0.03,
  hydro: 0.1,
  diesel: 0.15,
  "solar-battery": 0.15,
  solar: 0.25,
};

export interface Supply {
  readonly id: string;
  readonly kind: SupplyKind;
  readonly ratedKw: number;
  /** The sensor that says what it could give; without one its rating counts. */
  readonly availableFrom: string | undefined;
  /** The sensor that says what it gives. */
  readonly loadFrom: string | undefined;
}

/** The budget's numbers. */
export interface SupplyLaw {
  readonly contractKw: number | undefined;
  readonly supplies: readonly Supply[];
  readonly spinningReserveKw: number;
  /** What the site may draw when nothing tells what there is. */
  readonly guaranteedKw: number;
  /** What is no miner, where no meter at the connection point tells; its first guess where one does. */
  readonly otherKw: number | undefined;
  readonly unitKw: number;
  /** What returns at once. */
  readonly batchKw: number;
  /** A steady fall of a supply is thought on for so long: the time that miners take to stop. */
  readonly foresightMs: number;
  /** Sensors in the site file, by role: a sum over fewer is none. */
  readonly siteSensorCount: number;
  readonly minersSensorCount: number;
  /** The sensors without which nobody knows what there is. */
  readonly neededIds: readonly string[];
}

/** Both for the lowest that a supply could give, and for how long more must be there before load returns. */
export const coverMs = 60_000;
