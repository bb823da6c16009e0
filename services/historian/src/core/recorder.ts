import type {
  fleetStatus,
  gridFrequency,
  gridReading,
  loadDecision,
  loadTarget,
  minerCycle,
  minerStatus,
  PayloadOf,
  powerSample,
  powerSupply,
  serviceAlarm,
  serviceStatus,
  Topic,
} from "@ballast/contracts";
import type { HistoryRecord } from "@ballast/history/records";
import { Conditions, type ConditionsMemory } from "./conditions.ts";
import { DecisionFilter } from "./decision-filter.ts";
import type { EnergyMemory } from "./energy-days.ts";
import type { Instant } from "./event-recording.ts";
import { FrequencyMinutes } from "./frequency-minutes.ts";
import { type EventMemory, type EventNotice, GridEvents } from "./grid-events.ts";
import { MinerDays } from "./miner-days.ts";
import { PowerBook } from "./power-book.ts";
import type { RecorderSettings } from "./settings.ts";

/** A message of the bus, as its topic types it, with the level of its address that matters. */
export type Heard =
  | Of<"gridFrequency", typeof gridFrequency, { readonly meterId: string }>
  | Of<"gridReading", typeof gridReading, { readonly meterId: string }>
  | Of<"loadTarget", typeof loadTarget>
  | Of<"loadDecision", typeof loadDecision>
  | Of<"fleetStatus", typeof fleetStatus, { readonly fleetId: string }>
  | Of<"minerStatus", typeof minerStatus, { readonly minerId: string }>
  | Of<"minerCycle", typeof minerCycle>
  | Of<"powerSupply", typeof powerSupply>
  | Of<"powerSample", typeof powerSample, { readonly sensorId: string }>
  | Of<"serviceStatus", typeof serviceStatus, { readonly service: string }>
  | Of<"serviceAlarm", typeof serviceAlarm, { readonly service: string }>;

type Of<Kind extends string, T extends Topic, More = unknown> = {
  readonly kind: Kind;
  readonly payload: PayloadOf<T>;
} & More;

/** What a crash must not take. Plain data; whoever runs the recorder keeps it on disk. */
export interface RecorderMemory {
  readonly event: EventMemory | undefined;
  readonly energy: EnergyMemory;
  readonly conditions: ConditionsMemory;
}

/** What there is to keep, and what there is to say. */
export interface Taken {
  readonly records: readonly HistoryRecord[];
  readonly notices: readonly EventNotice[];
}

/** A retained target or fleet that is older was true before we came, and nobody knows if it is. */
const staleMs = 10_000;

/**
 * Hears the bus and answers with records: events of the grid with their curves, statistics, energy,
 * outages, alerts, decisions, cycles. It knows no clock: each message and each tick says when it is.
 */
export class Recorder {
  #records: HistoryRecord[] = [];
  #notices: EventNotice[] = [];
  readonly #write = (record: HistoryRecord): void => void this.#records.push(record);
  readonly #events: GridEvents;
  readonly #minutes = new FrequencyMinutes();
  readonly #power: PowerBook;
  readonly #miners: MinerDays;
  readonly #conditions: Conditions;
  readonly #decisions = new DecisionFilter();

  constructor(
    settings: RecorderSettings,
    { now, memory }: { readonly now: Instant; readonly memory?: RecorderMemory | undefined },
  ) {
    this.#events = new GridEvents(settings, {
      write: this.#write,
      notify: (notice) => this.#notices.push(notice),
    });
    this.#power = new PowerBook(settings, now, memory?.energy);
    this.#miners = new MinerDays(settings.timezone);
    this.#conditions = new Conditions(this.#write, memory?.conditions);
    if (memory?.event !== undefined) this.#events.resume(memory.event, now);
  }

  get memory(): RecorderMemory {
    return {
      event: this.#events.memory,
      energy: this.#power.energyMemory,
      conditions: this.#conditions.memory,
    };
  }

  /** Samples held for events: bounded, however long one lasts. */
  get heldCount(): number {
    return this.#events.heldCount;
  }

  /** What came up since the last call. */
  take(): Taken {
    const taken = { records: this.#records, notices: this.#notices };
    this.#records = [];
    this.#notices = [];
    return taken;
  }

  hear(heard: Heard, now: Instant): void {
    switch (heard.kind) {
      case "gridFrequency":
        this.#frequency(heard.meterId, heard.payload, now);
        break;
      case "gridReading":
        this.#reading(heard.meterId, heard.payload, now);
        break;
      case "loadTarget":
        this.#target(heard.payload, now);
        break;
      case "loadDecision":
        this.#decided(this.#decisions.add(heard.payload, now.monoMs));
        break;
      case "fleetStatus":
        this.#fleet(heard.fleetId, heard.payload, now);
        break;
      case "minerStatus":
        this.#miner(heard.minerId, heard.payload, now);
        break;
      case "minerCycle":
        this.#write(cycleRecord(heard.payload));
        break;
      case "powerSupply":
        this.#power.supply(heard.payload);
        break;
      case "powerSample":
        this.#power.sample(heard.sensorId, heard.payload, now);
        break;
      case "serviceStatus":
        this.#conditions.service(heard.service, heard.payload, now.atMs);
        break;
      case "serviceAlarm":
        this.#conditions.alarm(heard.service, heard.payload);
        break;
    }
  }

  /** Once a second: ends what is over, and tells what is complete. */
  tick(now: Instant): void {
    this.#events.tick(now);
    this.#decided(this.#decisions.tick(now.monoMs));
    this.#records.push(
      ...this.#minutes.take(now.atMs),
      ...this.#power.take(now),
      ...this.#miners.tick(now),
    );
  }

  /** Before a stop: tells all that is known so far. An open event stays open, for the next run. */
  flush(now: Instant): void {
    this.#events.flush();
    this.#records.push(...this.#power.tellEnergy(now), ...this.#miners.tell(now));
  }

  #frequency(meterId: string, payload: PayloadOf<typeof gridFrequency>, now: Instant): void {
    const { atMs, frequencyHz, quality } = payload;
    const isGood = quality === "good";
    this.#minutes.add(meterId, atMs, frequencyHz, isGood);
    this.#events.frequency(meterId, { atMs, monoMs: now.monoMs, value: frequencyHz }, isGood);
  }

  #reading(meterId: string, payload: PayloadOf<typeof gridReading>, now: Instant): void {
    const { atMs, powerKw } = payload;
    this.#power.reading(meterId, payload, now);
    if (powerKw === undefined) return;
    this.#events.meter(meterId, { atMs, monoMs: now.monoMs, value: powerKw });
  }

  #target({ atMs, targetKw, phase }: PayloadOf<typeof loadTarget>, now: Instant): void {
    if (now.atMs - atMs > staleMs) return;
    this.#power.target(atMs, targetKw);
    this.#events.target({ atMs, monoMs: now.monoMs, value: targetKw }, phase);
  }

  #fleet(fleetId: string, payload: PayloadOf<typeof fleetStatus>, now: Instant): void {
    const { atMs } = payload;
    if (now.atMs - atMs > staleMs) return;
    this.#miners.heard(now);
    const minersKw = this.#power.fleet(fleetId, payload, now);
    if (minersKw === undefined) return;
    this.#events.measured({ atMs, monoMs: now.monoMs, value: minersKw });
  }

  #miner(minerId: string, payload: PayloadOf<typeof minerStatus>, now: Instant): void {
    this.#miners.status(minerId, payload, now);
    // Whoever wakes is unconfirmed for minutes, as it boots; what must not last is a doubtful stop.
    const isDoubtful = payload.health !== "unconfirmed" || payload.wanted === "sleep";
    this.#events.unit(minerId, isDoubtful ? payload.health : "ok", now);
  }

  #decided(decisions: readonly PayloadOf<typeof loadDecision>[]): void {
    for (const { decisionId: id, ...decision } of decisions) {
      this.#write({ kind: "decision", id, ...decision });
    }
  }
}

function cycleRecord(payload: PayloadOf<typeof minerCycle>): HistoryRecord {
  const { cycleId: id, kind: order, ...cycle } = payload;
  return { kind: "cycle", id, order, ...cycle };
}
