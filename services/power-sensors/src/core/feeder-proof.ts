import type { Measured } from "./site-picture.ts";

/** When a feeder counts as drawing what it was told. */
export interface ProofLaw {
  /** After a command load may move for so long. */
  readonly settleMs: number;
  readonly toleranceRatio: number;
  readonly toleranceMinKw: number;
  /** Above what was told for so long, it is a matter for people. */
  readonly alarmAfterMs: number;
}

/** What the miners of a feeder were told. */
export interface FeederOrders {
  /** As the controller dates them: it knows its orders by this instant. */
  readonly changedAtMs: number;
  /** The same on our stopwatch. */
  readonly changedMonoMs: number;
  readonly commandedKw: number;
  /** Of the same miners, while some of them start and tune. */
  readonly plannedKw: number;
  readonly standbyKw: number;
}

export interface FeederPicture {
  readonly nowMonoMs: number;
  /** Undefined when nothing fresh is known. */
  readonly orders: FeederOrders | undefined;
  readonly measured: Measured | undefined;
}

export type ProofState = "follows" | "settling" | "above" | "below" | "unknown";

export interface ProofTrack {
  readonly state: ProofState;
  readonly sinceMonoMs: number;
}

export interface Proof {
  readonly state: ProofState;
  readonly commandedKw: number;
  readonly measuredKw: number | undefined;
  readonly toleranceKw: number;
  readonly sinceMonoMs: number;
  readonly commandsAtMs: number;
}

export interface ProofVerdict {
  readonly track: ProofTrack;
  /** Undefined where there are no orders to hold a measurement against. */
  readonly proof: Proof | undefined;
  readonly isNotFollowing: boolean;
}

export const unproven = (nowMonoMs: number): ProofTrack => ({
  state: "unknown",
  sinceMonoMs: nowMonoMs,
});

/** Holds a feeder's meter against the orders of its miners. */
export function watchFeeder(
  before: ProofTrack,
  { nowMonoMs, orders, measured }: FeederPicture,
  law: ProofLaw,
): ProofVerdict {
  if (orders === undefined) {
    return { track: moved(before, "unknown", nowMonoMs), proof: undefined, isNotFollowing: false };
  }
  const commandedKw = orders.commandedKw + orders.standbyKw;
  const toleranceKw = Math.max(law.toleranceMinKw, law.toleranceRatio * orders.commandedKw);
  const track = moved(before, stateOf(commandedKw, toleranceKw, orders, measured, law), nowMonoMs);
  return {
    track,
    proof: {
      ...track,
      commandedKw,
      measuredKw: measured?.kw,
      toleranceKw,
      commandsAtMs: orders.changedAtMs,
    },
    isNotFollowing: track.state === "above" && nowMonoMs - track.sinceMonoMs >= law.alarmAfterMs,
  };
}

function stateOf(
  commandedKw: number,
  toleranceKw: number,
  { changedMonoMs, plannedKw, standbyKw }: FeederOrders,
  measured: FeederPicture["measured"],
  { settleMs }: ProofLaw,
): ProofState {
  if (measured === undefined) return "unknown";
  // Also when the draw fits already: a stop and a wake in one breath cancel each other at first.
  if (measured.measuredMonoMs - changedMonoMs < settleMs) return "settling";
  const offKw = measured.kw - commandedKw;
  if (offKw > toleranceKw) {
    // More than the labels say, but no more than miners draw that tune: time will tell.
    return measured.kw > plannedKw + standbyKw + toleranceKw ? "above" : "settling";
  }
  return offKw < -toleranceKw ? "below" : "follows";
}

const moved = (before: ProofTrack, state: ProofState, nowMonoMs: number): ProofTrack =>
  before.state === state ? before : { state, sinceMonoMs: nowMonoMs };
