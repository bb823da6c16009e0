import type { MinerMode, minerStatus, PayloadOf } from "@ballast/contracts";
import type { MinerDayRecord } from "@ballast/history/records";
import { Calendar } from "./calendar.ts";
import type { Instant } from "./event-recording.ts";

/** What the numbers of a fleet may be old before nobody knows what its miners do. */
const blindAfterMs = 10_000;
/** Each miner's day is told so often, so that a crash costs an hour of it. */
export const tellMs = 3_600_000;
const minersMax = 20_000;

type Share = "hashingMs" | "startingMs" | "sleepingMs" | "faultyMs" | "unknownMs";
const shareOf: Readonly<Record<MinerMode, Share>> = {
  hashing: "hashingMs",
  starting: "startingMs",
  stopping: "sleepingMs",
  sleeping: "sleepingMs",
  "no-pool": "faultyMs",
  fault: "faultyMs",
  unknown: "unknownMs",
};
const noTime = {
  hashingMs: 0,
  startingMs: 0,
  sleepingMs: 0,
  faultyMs: 0,
  unknownMs: 0,
  wantedMs: 0,
};

interface Track {
  share: Share;
  isWanted: boolean;
  since: Instant;
  /** Of the blindness so far, what lies before this stretch. */
  blindBeforeMs: number;
  totals: Record<Share | "wantedMs", number>;
}

/** How long each miner was in which mode. What happens while nobody tells counts as unknown. */
export class MinerDays {
  readonly #calendar: Calendar;
  readonly #tracks = new Map<string, Track>();
  #started: Instant | undefined;
  #heardMonoMs: number | undefined;
  #blindMs = 0;
  #toldMonoMs: number | undefined;

  constructor(timezone: string) {
    this.#calendar = new Calendar(timezone);
  }

  /** The controller of the fleet lives. */
  heard({ monoMs }: Instant): void {
    const heardMonoMs = this.#heardMonoMs ?? monoMs;
    this.#blindMs += Math.max(0, monoMs - heardMonoMs - blindAfterMs);
    this.#heardMonoMs = monoMs;
  }

  status(minerId: string, { mode, wanted }: PayloadOf<typeof minerStatus>, now: Instant): void {
    const track = this.#tracks.get(minerId) ?? this.#begin(minerId, now);
    if (track === undefined) return;
    this.#settle(track, now);
    track.share = shareOf[mode];
    track.isWanted = wanted === "run";
  }

  /** Every miner's day so far, once an hour and at its end. */
  tick(now: Instant): readonly MinerDayRecord[] {
    this.#started ??= now;
    this.#toldMonoMs ??= now.monoMs;
    const day = this.#calendar.timeAt(this.#started.atMs).day;
    const isDayOver = this.#calendar.timeAt(now.atMs).day !== day;
    if (!isDayOver && now.monoMs - this.#toldMonoMs < tellMs) return [];
    const records = this.tell(now);
    if (isDayOver) {
      this.#started = now;
      for (const track of this.#tracks.values()) track.totals = { ...noTime };
    }
    return records;
  }

  tell(now: Instant): readonly MinerDayRecord[] {
    const started = this.#started ?? now;
    const day = this.#calendar.timeAt(started.atMs).day;
    this.#toldMonoMs = now.monoMs;
    return [...this.#tracks].map(([minerId, track]) => {
      this.#settle(track, now);
      return {
        kind: "minerDay",
        // Of each run of the historian its own: what an earlier one saw stands beside it.
        id: `${minerId}/${started.atMs}`,
        atMs: started.atMs,
        updatedAtMs: now.atMs,
        day,
        minerId,
        ...track.totals,
      };
    });
  }

  #begin(minerId: string, now: Instant): Track | undefined {
    this.#started ??= now;
    if (this.#tracks.size >= minersMax) return undefined;
    const track: Track = {
      share: "unknownMs",
      isWanted: false,
      since: now,
      blindBeforeMs: this.#blindUntil(now),
      totals: { ...noTime },
    };
    this.#tracks.set(minerId, track);
    return track;
  }

  #settle(track: Track, now: Instant): void {
    const blindMs = this.#blindUntil(now);
    const elapsedMs = Math.max(0, Math.round(now.monoMs - track.since.monoMs));
    const unseenMs = Math.min(elapsedMs, Math.round(blindMs - track.blindBeforeMs));
    track.totals[track.share] += elapsedMs - unseenMs;
    track.totals.unknownMs += unseenMs;
    if (track.isWanted) track.totals.wantedMs += elapsedMs;
    track.since = now;
    track.blindBeforeMs = blindMs;
  }

  #blindUntil({ monoMs }: Instant): number {
    const heardMonoMs = this.#heardMonoMs ?? monoMs;
    return this.#blindMs + Math.max(0, monoMs - heardMonoMs - blindAfterMs);
  }
}
