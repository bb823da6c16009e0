import type { GridPhase } from "@ballast/contracts";
import { type CapName, currentCaps, lowestCap, type NamedCap } from "./caps.ts";
import { type GridView, viewGrid } from "./grid-view.ts";
import type { Law } from "./law.ts";
import { awaitFleet, watchLoss } from "./loss.ts";
import { surplusCapW } from "./over-frequency.ts";
import type { Picture } from "./picture.ts";
import { beginEvent, goDeeper, type RestoreTrack, stepRestore } from "./restore.ts";
import { type Shed, shedsFor } from "./sheds.ts";
import type { State } from "./state.ts";
import { supplyCaps } from "./supply.ts";
import { watchVoltage } from "./voltage.ts";

/** Two meters that differ for this long deserve an alarm; restoring stops at once. */
const disagreementAlarmMs = 5_000;

/** The rule that moved the target, or that keeps it where it is. */
export type Reason =
  | Shed["reason"]
  | "release" // One batch comes back.
  | "hold" // Grid trouble is over or not yet; nothing moves.
  | "not-calm" // A higher target is allowed, but not while the grid is low or unsure.
  | "over-frequency" // The rest level of a site that takes up surplus.
  | "cap" // Somebody else's ceiling is the lowest.
  | "supply" // There is not more power than this.
  | "full"; // Nothing binds.

export interface Decision {
  readonly state: State;
  /** Undefined only at a start, before the fleet has said what it runs: say nothing then. */
  readonly targetW: number | undefined;
  readonly binding: CapName;
  readonly phase: GridPhase;
  readonly reason: Reason;
  readonly caps: readonly NamedCap[];
  /** What the supply leaves for miners, which may be more than their rating; undefined where it is not followed. */
  readonly supplyW: number | undefined;
  readonly view: GridView;
  readonly isVoltageLow: boolean;
  readonly hasDisagreedLong: boolean;
}

/**
 * One decision: what the meters say, whether the site can see the grid, what that sheds, what may
 * come back, and the lowest of all ceilings. Same state, picture and law: same decision.
 */
export function decide(before: State, picture: Picture, law: Law): Decision {
  const { nowMonoMs, fleet } = picture;
  const view = viewGrid(before.meters, picture, law);
  const voltage = watchVoltage(before.voltage, picture, law);
  const loss = watchLoss(awaitFleet(before.loss, fleet, nowMonoMs), view, nowMonoMs, law);
  const disagreedSinceMonoMs = view.isAgreed
    ? undefined
    : (before.disagreedSinceMonoMs ?? nowMonoMs);

  const isHeld =
    !loss.track.isLost &&
    view.isAllGood &&
    view.isAgreed &&
    !voltage.isLow &&
    (view.frequencyMilliHz ?? 0) >= law.holdMilliHz;
  const isCalm = isHeld && view.isMeanHigh && view.isSure;

  const sheds = shedsFor(before, { view, loss, voltage, picture }, law);
  const grid = moveGridCap(before, sheds, { view, isHeld, nowMonoMs }, law);
  const surplusW = surplusCapW(before.surplusW, view, isCalm, law);
  const { startedMonoMs } = loss.track;
  const supply = supplyCaps({ startedMonoMs, targetW: before.targetW }, picture, law);
  const caps = [...allCaps(before, grid, surplusW, isCalm, picture), ...supply];
  const lowest = lowestCap(caps, law.ratedW);
  const targetW = grid.capW === undefined ? undefined : lowest.capW;
  return {
    state: {
      meters: view.tracks,
      loss: loss.track,
      voltage: voltage.track,
      restore: grid.restore,
      disagreedSinceMonoMs,
      gridCapW: grid.capW,
      gridCapOwner: grid.owner,
      surplusW,
      targetW,
    },
    targetW,
    binding: lowest.name,
    phase: phaseOf(grid, loss.track.isLost, view, isCalm, law),
    reason: reasonOf(grid, lowest, before, isCalm),
    caps,
    supplyW: supply.length === 0 ? undefined : Math.min(...supply.map(({ capW }) => capW)),
    view,
    isVoltageLow: voltage.isLow,
    hasDisagreedLong:
      disagreedSinceMonoMs !== undefined && nowMonoMs - disagreedSinceMonoMs >= disagreementAlarmMs,
  };
}

interface GridCap {
  readonly capW: number | undefined;
  readonly owner: State["gridCapOwner"];
  readonly restore: RestoreTrack;
  /** What moved the cap in this decision. */
  readonly moved: Shed["reason"] | "release" | undefined;
}

/** Sheds lower the cap at once; where none does, a restore may raise it by one batch. */
function moveGridCap(
  before: State,
  sheds: readonly Shed[],
  { view, isHeld, nowMonoMs }: { view: GridView; isHeld: boolean; nowMonoMs: number },
  law: Law,
): GridCap {
  const { gridCapW, gridCapOwner: owner } = before;
  const isWhole = gridCapW === undefined || gridCapW >= law.ratedW;
  const isDeep = (view.frequencyMilliHz ?? Infinity) <= firstThresholdMilliHz(law);
  let deepest: Shed | undefined;
  for (const shed of sheds) if (shed.capW < (deepest?.capW ?? Infinity)) deepest = shed;

  if (
    deepest !== undefined &&
    (before.restore.isReleasing || deepest.capW < (gridCapW ?? Infinity))
  ) {
    const wasKickOnly = isWhole || before.restore.isKickOnly;
    const isKickOnly = deepest.reason === "kick" && wasKickOnly && !isDeep;
    const isNewEvent = isWhole || before.restore.isReleasing;
    const restore = isNewEvent
      ? beginEvent(before.restore, isKickOnly, law)
      : goDeeper(before.restore, isKickOnly, law);
    return gridCapW !== undefined && gridCapW <= deepest.capW
      ? { capW: gridCapW, owner, restore, moved: undefined }
      : { capW: deepest.capW, owner: deepest.owner, restore, moved: deepest.reason };
  }
  if (isWhole) return { capW: gridCapW, owner, restore: before.restore, moved: undefined };
  const { isMeanHigh, isSure, slopeMilliHzPerS } = view;
  const { track: restore, isBatchDue } = stepRestore(
    isDeep ? goDeeper(before.restore, false, law) : before.restore,
    { isHeld, isMeanHigh, isSure, slopeMilliHzPerS },
    nowMonoMs,
    law,
  );
  if (!isBatchDue) return { capW: gridCapW, owner, restore, moved: undefined };
  return { capW: Math.min(law.ratedW, gridCapW + law.batchW), owner, restore, moved: "release" };
}

const firstThresholdMilliHz = ({ stages }: Law): number => stages[0]?.thresholdMilliHz ?? 0;

/**
 * Every ceiling that holds now. While the grid is not calm the present target is one of them: a
 * cap of somebody else's that ends must not wake miners into a low or unseen frequency.
 */
function allCaps(
  before: State,
  grid: GridCap,
  surplusW: number,
  isCalm: boolean,
  picture: Picture,
): readonly NamedCap[] {
  const caps: NamedCap[] = [];
  if (grid.capW !== undefined) caps.push({ name: grid.owner, capW: grid.capW });
  caps.push({ name: "frequency", capW: surplusW });
  caps.push(...currentCaps(picture.caps, picture.wallAtMs));
  if (!isCalm && before.targetW !== undefined) {
    caps.push({ name: "frequency", capW: before.targetW });
  }
  return caps;
}

function phaseOf(
  grid: GridCap,
  isLost: boolean,
  view: GridView,
  isCalm: boolean,
  law: Law,
): GridPhase {
  if (isLost) return view.isAnyGood ? "recovering" : "lost";
  if (!view.isAnyGood) return "degraded";
  const isWhole = grid.capW === undefined || grid.capW >= law.ratedW;
  if (isWhole) return isCalm ? "normal" : "holding";
  const isFalling = (view.frequencyMilliHz ?? 0) < law.holdMilliHz;
  if (isFalling || (grid.moved !== undefined && grid.moved !== "release")) return "shedding";
  return grid.restore.isReleasing && isCalm ? "restoring" : "holding";
}

function reasonOf(grid: GridCap, lowest: NamedCap, before: State, isCalm: boolean): Reason {
  if (lowest.name === "none") return grid.moved === "release" ? "release" : "full";
  if (lowest.name.startsWith("caps/")) return "cap";
  if (lowest.name === "supply") return "supply";
  if (grid.moved !== undefined && lowest.capW === grid.capW) return grid.moved;
  if (lowest.capW === grid.capW) return "hold";
  return !isCalm && lowest.capW === before.targetW ? "not-calm" : "over-frequency";
}
