/** What stands behind a simulated sensor at one moment. What is left out it does not measure. */
export interface SensorTruth {
  readonly powerKw?: number;
  readonly availableKw?: number;
  readonly voltageV: number;
  readonly frequencyHz: number;
}

/** The truth, with what the device itself adds up and reads off its clock. */
export interface SensorSight extends SensorTruth {
  readonly energyImportKwh: number;
  readonly wallAtMs: number;
}

export interface SpokenMessage {
  readonly topic: string;
  readonly text: string;
  readonly isRetained: boolean;
}

/** The tongue of one device on site: its kind and settings as a site file names them. */
export interface SensorFace {
  readonly kind: string;
  readonly settings: object;
  /** What it says when it comes, and what the broker says when it has gone. */
  readonly birth: readonly SpokenMessage[];
  readonly will: readonly SpokenMessage[];
  say(sight: SensorSight): readonly SpokenMessage[];
}

export const powerFactorRatio = 0.98;

/** Of each of three phases, for a power in all of them. */
export const phaseCurrentA = ({ powerKw = 0, voltageV }: SensorTruth): number =>
  voltageV > 0 ? Math.abs((powerKw * 1_000) / (3 * voltageV * powerFactorRatio)) : 0;

/** As a device prints it. */
export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
