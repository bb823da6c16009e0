import { isFresh, type SitePicture } from "./site-picture.ts";
import type { SupplyLaw } from "./supply-law.ts";

/** Below this share of its rating a diesel engine soots; below the other one it does not run. */
const lowRatio = 0.3;
const idleRatio = 0.02;
const lastsMs = 60_000;

/** Since when each engine has been running with too little load, by its supply's id. */
export type EngineTrack = ReadonlyMap<string, number>;

/** Engines that have run with too little load for a while: more load, or a smaller set, would help. */
export function watchEngines(
  before: EngineTrack,
  { nowMonoMs, sensors }: SitePicture,
  { supplies }: SupplyLaw,
): { readonly track: EngineTrack; readonly underloadedIds: readonly string[] } {
  const track = new Map<string, number>();
  for (const { id, kind, loadFrom, ratedKw } of supplies) {
    const sensor = sensors.find((one) => one.id === loadFrom);
    if (kind !== "diesel" || sensor?.powerKw === undefined) continue;
    const loadRatio = sensor.powerKw / ratedKw;
    const isLow = loadRatio > idleRatio && loadRatio < lowRatio;
    if (isLow && isFresh(sensor, nowMonoMs)) track.set(id, before.get(id) ?? nowMonoMs);
  }
  const underloadedIds = [...track].flatMap(([id, sinceMonoMs]) =>
    nowMonoMs - sinceMonoMs >= lastsMs ? [id] : [],
  );
  return { track, underloadedIds };
}
