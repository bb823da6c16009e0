import type { Bus } from "@ballast/bus";
import type { Clock, Log, Metrics } from "@ballast/kernel";
import { laneNames, type Outbox, type Position } from "@ballast/outbox";
import type { KeptTopic } from "./define-service.ts";
import { decodeKept } from "./kept-record.ts";

/** How long a receipt may take before an event is said again. */
const waitFirstMs = 10_000;
/** While nothing is answered at all the waits double up to this. */
const waitMaxMs = 60_000;
/** With a tick a second: no more than so many a second. */
const perTickMax = 200;
/** Said again and not answered: then the next ones wait for receipts, or for the next pass. */
const unansweredMax = 1_000;
/** Longer than the bus itself holds events back after a break, so that readers are there again. */
const reconnectGraceMs = 7_000;
/** Events whose way is followed; whatever falls out of it is only said once more. */
const followedMax = 20_000;

interface Said {
  saidMonoMs: number;
  /** Undefined until it is on disk. */
  position: Position | undefined;
  /** The historian was faster than our own disk. */
  isReceived: boolean;
}

interface Options {
  readonly kept: readonly KeptTopic[];
  readonly outbox: Outbox;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/**
 * Says events again until a receipt names them: pass after pass over what waits on disk, the
 * oldest first, never faster than the historian answers.
 */
export class Repeats {
  readonly #options: Options;
  readonly #said = new Map<string, Said>();
  /** Of the current pass. */
  readonly #unanswered = new Set<string>();
  #after: Position | undefined;
  #isPassOver = false;
  #hasAnswer = true;
  #waitMs = waitFirstMs;
  #movedMonoMs: number;
  #notBeforeMonoMs: number;

  constructor(options: Options) {
    this.#options = options;
    this.#movedMonoMs = options.clock.monotonicMs();
    this.#notBeforeMonoMs = this.#movedMonoMs;
  }

  onSaid(id: string): void {
    const saidMonoMs = this.#options.clock.monotonicMs();
    const known = this.#said.get(id);
    if (known !== undefined) known.saidMonoMs = saidMonoMs;
    else this.#follow(id, { saidMonoMs, position: undefined, isReceived: false });
  }

  /** No position: it was given up for want of room. */
  onStored(id: string, position: Position | undefined): void {
    const said = this.#said.get(id);
    if (said === undefined) return;
    said.position = position;
    if (position === undefined) this.#said.delete(id);
    else if (said.isReceived) this.onReceipt([id]);
  }

  /** Returns how many of ours are done with. */
  onReceipt(ids: readonly string[]): number {
    const positions: Position[] = [];
    for (const id of ids) {
      const said = this.#said.get(id);
      if (said === undefined) continue; // Of an earlier run: it is said, and received, once more.
      this.#hasAnswer = true;
      this.#waitMs = waitFirstMs;
      this.#unanswered.delete(id);
      if (said.position === undefined) {
        said.isReceived = true;
        continue;
      }
      positions.push(said.position);
      this.#said.delete(id);
    }
    void this.#options.outbox.confirm(positions);
    return positions.length;
  }

  /** What was under way when the connection broke may be gone. */
  onReconnect(): void {
    for (const said of this.#said.values()) said.saidMonoMs = Number.NEGATIVE_INFINITY;
    this.#notBeforeMonoMs = this.#options.clock.monotonicMs() + reconnectGraceMs;
    this.#waitMs = waitFirstMs;
    this.#hasAnswer = true;
    this.#beginPass();
  }

  async tick(): Promise<void> {
    const { bus, clock, outbox } = this.#options;
    const nowMonoMs = clock.monotonicMs();
    if (!bus.isConnected() || nowMonoMs < this.#notBeforeMonoMs) return;
    if (outbox.waitingCount === 0) return;
    if (this.#isPassOver || this.#unanswered.size >= unansweredMax) {
      if (nowMonoMs - this.#movedMonoMs < this.#waitMs) return;
      this.#beginPass();
    }
    const after = this.#after;
    const stored = await outbox.peek({
      countMax: perTickMax,
      // Behind a record of the second lane nothing of the first one is looked for.
      ...(after && { after, lanes: laneNames.slice(laneNames.indexOf(after.lane)) }),
    });
    if (stored.length === 0) {
      this.#isPassOver = true;
      this.#movedMonoMs = nowMonoMs;
    }
    for (const { body, position } of stored) {
      if (this.#unanswered.size >= unansweredMax) return;
      this.#after = position;
      this.#sayAgain(body, position, nowMonoMs);
    }
  }

  #sayAgain(body: string, position: Position, nowMonoMs: number): void {
    const { bus, kept, log, metrics, outbox } = this.#options;
    const event = decodeKept(body, kept);
    if (event === undefined) {
      log.warn("kept-record-unreadable", { sequence: position.sequence });
      metrics.count("ballast_history_records_total", { outcome: "unreadable" });
      void outbox.confirm([position]);
      return;
    }
    const { id, params, payload, topic } = event;
    const said = this.#said.get(id);
    if (said !== undefined && nowMonoMs - said.saidMonoMs < waitFirstMs) return; // Under way.
    this.#follow(id, { saidMonoMs: nowMonoMs, position, isReceived: false });
    this.#unanswered.add(id);
    this.#movedMonoMs = nowMonoMs;
    metrics.count("ballast_history_records_total", { outcome: "said-again" });
    void bus.publish(topic, params as never, payload);
  }

  #beginPass(): void {
    if (!this.#hasAnswer && this.#unanswered.size > 0) {
      this.#waitMs = Math.min(waitMaxMs, this.#waitMs * 2);
    }
    this.#hasAnswer = false;
    this.#unanswered.clear();
    this.#after = undefined;
    this.#isPassOver = false;
    this.#movedMonoMs = this.#options.clock.monotonicMs();
  }

  #follow(id: string, said: Said): void {
    this.#said.delete(id); // What is said last is let go last.
    this.#said.set(id, said);
    if (this.#said.size <= followedMax) return;
    const [oldest] = this.#said.keys();
    if (oldest !== undefined) this.#said.delete(oldest);
  }
}
