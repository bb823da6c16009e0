import type { SensorRole } from "@ballast/contracts";

/** The latest that one sensor said, as far as it may be believed. */
export interface SensorWord {
  readonly id: string;
  readonly role: SensorRole;
  readonly feeder: string | undefined;
  /** Only good samples get here; what is doubtful is as if it had not been said. */
  readonly powerKw: number | undefined;
  readonly availableKw: number | undefined;
  readonly measuredMonoMs: number;
  /** Older than this it says nothing about now. */
  readonly maxAgeMs: number;
}

/** What all fleets together say of themselves; only ever a fresh word. */
export interface FleetWord {
  /** Nameplate of all that may draw. */
  readonly commandedKw: number;
  readonly measuredKw: number;
  readonly ratedKw: number;
  /** Feeders that miners hang on, as far as the fleets have named them. */
  readonly feederIds: readonly string[];
}

/** All that the budget may know, frozen. Silent sensors are not in it. */
export interface SitePicture {
  readonly nowMonoMs: number;
  readonly sensors: readonly SensorWord[];
  readonly fleet: FleetWord | undefined;
}

export const isFresh = ({ measuredMonoMs, maxAgeMs }: SensorWord, nowMonoMs: number): boolean =>
  nowMonoMs - measuredMonoMs <= maxAgeMs;

/** A sum of several sensors is as old as the oldest of them. */
export interface Measured {
  readonly kw: number;
  readonly measuredMonoMs: number;
}

/** What the sensors of a role measure together; undefined when one of them does not say. */
export function sumOf(
  picture: SitePicture,
  role: SensorRole,
  expectedCount: number,
): Measured | undefined {
  let kw = 0;
  let measuredMonoMs = Number.POSITIVE_INFINITY;
  let count = 0;
  for (const sensor of picture.sensors) {
    if (sensor.role !== role) continue;
    if (sensor.powerKw === undefined || !isFresh(sensor, picture.nowMonoMs)) return undefined;
    kw += sensor.powerKw;
    measuredMonoMs = Math.min(measuredMonoMs, sensor.measuredMonoMs);
    count += 1;
  }
  return count === 0 || count < expectedCount ? undefined : { kw, measuredMonoMs };
}

/** What the miners draw: by their feeders where all of those are measured, else by themselves. */
export function minersPowerKw(picture: SitePicture, sensorCount: number): number | undefined {
  const measured = sumOf(picture, "miners", sensorCount);
  const { fleet, sensors } = picture;
  const isCovered = fleet?.feederIds.every((id) => sensors.some(({ feeder }) => feeder === id));
  return measured === undefined || isCovered === false ? fleet?.measuredKw : measured.kw;
}
