import type { AlarmCode, PayloadOf, serviceAlarm } from "@ballast/contracts";
import type { Clock, Log } from "@ballast/kernel";

/** More subjects than any site has; past this a service floods itself. */
const alarmsMax = 20_000;

export type AlarmPayload = PayloadOf<typeof serviceAlarm>;

/** Conditions that hold now. Only changes are published; the alerter makes messages of them. */
export interface AlarmBoard {
  raise(code: AlarmCode, subject: string, detail: string): void;
  clear(code: AlarmCode, subject: string, detail?: string): void;
  set(holds: boolean, code: AlarmCode, subject: string, detail: string): void;
  raised(): readonly AlarmPayload[];
}

export interface AlarmBoardOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly publish: (alarm: AlarmPayload) => void;
}

export class Alarms implements AlarmBoard {
  readonly #options: AlarmBoardOptions;
  readonly #raised = new Map<string, AlarmPayload>();

  constructor(options: AlarmBoardOptions) {
    this.#options = options;
  }

  raise(code: AlarmCode, subject: string, detail: string): void {
    const key = `${code}/${subject}`;
    if (this.#raised.has(key) || this.#raised.size >= alarmsMax) return;
    const alarm = this.#alarm(code, subject, true, detail);
    this.#raised.set(key, alarm);
    this.#options.log.warn("alarm-raised", { code, subject, detail });
    this.#options.publish(alarm);
  }

  clear(code: AlarmCode, subject: string, detail = "no longer seen"): void {
    if (!this.#raised.delete(`${code}/${subject}`)) return;
    this.#options.log.info("alarm-cleared", { code, subject, detail });
    this.#options.publish(this.#alarm(code, subject, false, detail));
  }

  set(holds: boolean, code: AlarmCode, subject: string, detail: string): void {
    if (holds) this.raise(code, subject, detail);
    else this.clear(code, subject);
  }

  raised(): readonly AlarmPayload[] {
    return [...this.#raised.values()];
  }

  /** What the broker still holds from an earlier run, and this run does not see, is over. */
  settleLeftover(alarm: AlarmPayload): void {
    if (!alarm.isRaised || this.#raised.has(`${alarm.code}/${alarm.subject}`)) return;
    this.#options.publish(this.#alarm(alarm.code, alarm.subject, false, "not seen since restart"));
  }

  #alarm(code: AlarmCode, subject: string, isRaised: boolean, detail: string): AlarmPayload {
    const atMs = this.#options.clock.wallMs();
    return { atMs, code, subject, isRaised, sinceAtMs: atMs, detail: detail.slice(0, 1_000) };
  }
}
