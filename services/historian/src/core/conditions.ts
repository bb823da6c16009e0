import {
  type AlarmCode,
  alarmCatalogue,
  type PayloadOf,
  type serviceAlarm,
  type serviceStatus,
} from "@ballast/contracts";
import type { AlertRecord, HistoryRecord, OutageRecord } from "@ballast/history/records";

/** Alarms that mean: something the site leans on is gone. */
const outageOf: Partial<Record<AlarmCode, OutageRecord["what"]>> = {
  "meter.lost": "meter",
  "meter.dead-bus": "meter",
  "grid.no-frequency": "frequency",
  "power.sensor-lost": "sensor",
  "power.supply-unknown": "supply",
};
/** Conditions that last at the same time; beyond these only their alerts are kept. */
const openMax = 2_000;

/** What a crash must not take: without it the end of an outage would have no beginning. */
export interface ConditionsMemory {
  readonly alerts: readonly AlertRecord[];
  readonly outages: readonly OutageRecord[];
}

/** Alerts and outages, from raised to cleared. */
export class Conditions {
  readonly #write: (record: HistoryRecord) => void;
  readonly #alerts: Map<string, AlertRecord>;
  readonly #outages: Map<string, OutageRecord>;

  constructor(write: (record: HistoryRecord) => void, memory?: ConditionsMemory) {
    this.#write = write;
    this.#alerts = new Map(memory?.alerts.map((alert) => [alertKey(alert), alert]));
    this.#outages = new Map(memory?.outages.map((outage) => [withoutInstant(outage.id), outage]));
  }

  get memory(): ConditionsMemory {
    return { alerts: [...this.#alerts.values()], outages: [...this.#outages.values()] };
  }

  alarm(service: string, payload: PayloadOf<typeof serviceAlarm>): void {
    const { code, subject, isRaised, sinceAtMs, detail, atMs } = payload;
    const { severity } = alarmCatalogue[code];
    const key = alertKey({ service, code, subject });
    const what = outageOf[code];
    const outage = what && { what, subject, cause: code };
    if (!isRaised) {
      const alert = this.#alerts.get(key);
      this.#alerts.delete(key);
      if (alert !== undefined) this.#write({ ...alert, endedAtMs: sinceAtMs, updatedAtMs: atMs });
      if (outage !== undefined) this.#back(outage, sinceAtMs);
      return;
    }
    const alert: AlertRecord = {
      kind: "alert",
      id: `${key}/${sinceAtMs}`,
      atMs: sinceAtMs,
      updatedAtMs: atMs,
      service,
      code,
      subject,
      severity,
      detail,
    };
    const known = this.#alerts.get(key);
    if (known?.id === alert.id && known.detail === detail) return; // Said again, as states are.
    this.#put(this.#alerts, key, alert);
    this.#write(alert);
    if (outage !== undefined) this.#gone(outage, sinceAtMs, detail);
  }

  service(
    service: string,
    { state, atMs }: PayloadOf<typeof serviceStatus>,
    nowAtMs: number,
  ): void {
    // The word `gone` was written when the service came, and kept by the broker until it went.
    const outage = { what: "service", subject: service, cause: "gone" } as const;
    if (state === "gone") this.#gone(outage, nowAtMs, "vanished without a goodbye");
    if (state === "running") this.#back(outage, atMs);
  }

  #gone(thing: Thing, atMs: number, detail: string): void {
    const key = outageKey(thing);
    if (this.#outages.has(key)) return;
    const { what, subject } = thing;
    const id = `${key}/${atMs}`;
    const outage: OutageRecord = {
      kind: "outage",
      id,
      atMs,
      updatedAtMs: atMs,
      what,
      subject,
      detail,
    };
    this.#put(this.#outages, key, outage);
    this.#write(outage);
  }

  #back(thing: Thing, atMs: number): void {
    const key = outageKey(thing);
    const outage = this.#outages.get(key);
    if (outage === undefined) return;
    this.#outages.delete(key);
    this.#write({ ...outage, endedAtMs: Math.max(atMs, outage.atMs), updatedAtMs: atMs });
  }

  #put<Value>(map: Map<string, Value>, key: string, value: Value): void {
    const oldest = map.keys().next().value;
    if (map.size >= openMax && oldest !== undefined) map.delete(oldest);
    map.set(key, value);
  }
}

const alertKey = ({ service, code, subject }: Pick<AlertRecord, "service" | "code" | "subject">) =>
  `${service}/${code}/${subject}`;

interface Thing {
  readonly what: OutageRecord["what"];
  readonly subject: string;
  /** The alarm, or the word, that tells of it: a meter can be lost in two ways at once. */
  readonly cause: string;
}

const outageKey = ({ what, subject, cause }: Thing): string => `${what}/${cause}/${subject}`;

const withoutInstant = (id: string): string => id.slice(0, id.lastIndexOf("/"));
