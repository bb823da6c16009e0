import type { historyStatus, PayloadOf } from "@ballast/contracts";
import type { Clock, Fault } from "@ballast/kernel";
import type { Outbox } from "@ballast/outbox";
import type { AlarmBoard } from "@ballast/runtime";

/** Shorter absences are a restart, and nobody has to get up for them. */
const awayAlarmAfterMs = 60_000;
const subject = "database";

type Status = PayloadOf<typeof historyStatus>;

export interface DatabaseWatchOptions {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly alarms: AlarmBoard;
  /** More than so many records waiting: the database is behind. */
  readonly behindCount: number;
}

/** What is known of the database, as a state for the bus and as alarms. */
export class DatabaseWatch {
  readonly #options: DatabaseWatchOptions;
  #fault: Fault | undefined;
  #awaySinceMonoMs: number | undefined;
  #oldest: { readonly goneCount: number; readonly atMs: number } | undefined;

  constructor(options: DatabaseWatchOptions) {
    this.#options = options;
  }

  onOutcome(fault: Fault | undefined): void {
    const { alarms, clock } = this.#options;
    this.#fault = fault;
    const isAway = fault?.code === "database.away";
    this.#awaySinceMonoMs = isAway ? (this.#awaySinceMonoMs ?? clock.monotonicMs()) : undefined;
    if (!isAway) alarms.clear("history.away", subject);
    // Its own disk may stand in the way as well: then the outbox, or the full file, says so.
    const isRefused = fault !== undefined && !isAway;
    alarms.set(isRefused, "history.refused", subject, fault?.detail ?? "");
  }

  /** Called once a second, also while a try runs into its deadline. */
  tick(): void {
    const { alarms, clock } = this.#options;
    const sinceMonoMs = this.#awaySinceMonoMs;
    if (sinceMonoMs === undefined) return;
    if (clock.monotonicMs() - sinceMonoMs < awayAlarmAfterMs) return;
    alarms.raise("history.away", subject, this.#fault?.detail ?? "");
  }

  async status(shippedCount: number): Promise<Status> {
    const { clock, outbox } = this.#options;
    const { droppedCount, waitingCount } = outbox;
    const oldestAtMs = await this.#oldestAtMs(shippedCount + droppedCount);
    return {
      atMs: clock.wallMs(),
      state: this.#state(waitingCount),
      waitingCount,
      shippedCount,
      droppedCount,
      ...(oldestAtMs === undefined ? {} : { oldestAtMs: Math.max(0, oldestAtMs) }),
    };
  }

  /** It is on the disk, and read again only when something has left the queue. */
  async #oldestAtMs(goneCount: number): Promise<number | undefined> {
    if (this.#oldest?.goneCount === goneCount) return this.#oldest.atMs;
    const atMs = await this.#options.outbox.oldestAtMs();
    this.#oldest = atMs === undefined ? undefined : { goneCount, atMs };
    return atMs;
  }

  #state(waitingCount: number): Status["state"] {
    if (this.#fault !== undefined) return "away";
    return waitingCount > this.#options.behindCount ? "behind" : "current";
  }
}
