import type { GridPhase } from "@ballast/contracts";
import type { GridEventRecord, HistoryRecord } from "@ballast/history/records";
import { EventRecording, type Instant, type UnitHealth } from "./event-recording.ts";
import { FrequencyWatch, leadMs } from "./frequency-watch.ts";
import { RecentSamples, type Sample } from "./samples.ts";
import type { RecorderSettings } from "./settings.ts";

/** A target that is older says nothing of the phase now. */
const phaseMaxAgeMs = 10_000;
/** Beyond this a grid is not disturbed but different: what follows becomes an event of its own. */
export const eventMaxMs = 24 * 3_600_000;
/** After a longer absence of the recorder, nobody can say that it was still the same event. */
export const continueWithinMs = 5 * 60_000;
/** Miners boot for minutes after the last batch; what is not back by then has another reason. */
const returnWaitMs = 10 * 60_000;
const returnedRatio = 0.95;
const metersMax = 8;
const leadLoadsMax = 600;
const loadSeries = ["targetKw", "measuredKw", "meterKw"] as const;
type LoadSeries = (typeof loadSeries)[number];

export interface EventNotice {
  readonly kind: "began" | "ended";
  readonly event: GridEventRecord;
}

/** What a crash must not take: the open event as last told, and when anything was last heard. */
export interface EventMemory {
  readonly event: GridEventRecord;
  readonly heardAtMs: number;
}

interface Outlets {
  readonly write: (record: HistoryRecord) => void;
  readonly notify: (notice: EventNotice) => void;
}

interface OpenEvent {
  readonly recording: EventRecording;
  readonly startedMonoMs: number;
  troubled: Instant;
  /** The grid itself; the load may still be on its way back. */
  gridTroubledMonoMs: number;
}

/** Finds disturbances of the grid, keeps what led to them, and follows each until calm returns. */
export class GridEvents {
  readonly #settings: RecorderSettings;
  readonly #outlets: Outlets;
  readonly #watches = new Map<string, FrequencyWatch>();
  readonly #loads = new Map<LoadSeries, RecentSamples>(
    loadSeries.map((series) => [
      series,
      new RecentSamples({ spanMs: leadMs, countMax: leadLoadsMax }),
    ]),
  );
  #phase: { readonly name: GridPhase; readonly monoMs: number } | undefined;
  #wasSighted = false;
  #open: OpenEvent | undefined;
  #heardAtMs = 0;

  constructor(settings: RecorderSettings, outlets: Outlets) {
    this.#settings = settings;
    this.#outlets = outlets;
  }

  /** What stays in memory, in samples: the lead of every meter and load, and unfilled chunks. */
  get heldCount(): number {
    const lead = [...this.#watches.values()].reduce((sum, watch) => sum + watch.lead.count, 0);
    const loads = [...this.#loads.values()].reduce((sum, load) => sum + load.count, 0);
    return lead + loads + (this.#open?.recording.waitingCount ?? 0);
  }

  get memory(): EventMemory | undefined {
    const open = this.#open;
    return open && { event: open.recording.summary, heardAtMs: this.#heardAtMs };
  }

  /** After a start: goes on with an event, or ends one that was left open too long ago. */
  resume({ event, heardAtMs }: EventMemory, now: Instant): void {
    const recording = new EventRecording(event, this.#outlets.write);
    if (now.atMs - heardAtMs <= continueWithinMs) {
      const startedMonoMs = now.monoMs - Math.max(0, now.atMs - event.atMs);
      this.#open = { recording, startedMonoMs, troubled: now, gridTroubledMonoMs: now.monoMs };
      return;
    }
    recording.end(heardAtMs, now);
    this.#outlets.notify({ kind: "ended", event: recording.summary });
  }

  frequency(meterId: string, sample: Sample, isGood: boolean): void {
    if (!isGood) return;
    const watch = this.#watchOf(meterId);
    if (watch === undefined) return;
    watch.add(sample);
    this.#heardAtMs = sample.atMs;
    if (this.#open === undefined) {
      if (meterId === this.#leadingMeter(sample.monoMs)) this.#judge(sample);
      return;
    }
    const { recording } = this.#open;
    if (recording.summary.meterId !== meterId) return;
    recording.add("frequencyHz", sample);
    const slopeHzPerS = watch.slopeHzPerS;
    if (slopeHzPerS !== undefined) recording.slope(slopeHzPerS);
    this.#judge(sample);
  }

  target(sample: Sample, name: GridPhase): void {
    this.#load("targetKw", sample);
    this.#phase = { name, monoMs: sample.monoMs };
    if (name === "normal") this.#wasSighted = true;
    this.#judge(sample);
  }

  measured(sample: Sample): void {
    this.#load("measuredKw", sample);
  }

  meter(meterId: string, sample: Sample): void {
    const meter = this.#open?.recording.summary.meterId ?? this.#leadingMeter(sample.monoMs);
    if (meter === meterId) this.#load("meterKw", sample);
  }

  unit(minerId: string, health: UnitHealth, now: Instant): void {
    this.#open?.recording.unit(minerId, health, now);
  }

  tick(now: Instant): void {
    this.#judge(now);
    this.#open?.recording.tick(now);
  }

  flush(): void {
    this.#open?.recording.flush();
  }

  #load(series: LoadSeries, sample: Sample): void {
    this.#loads.get(series)?.add(sample);
    this.#open?.recording.add(series, sample);
  }

  #judge(now: Instant): void {
    const open = this.#open;
    if (open === undefined) {
      const trigger = this.#trigger(now.monoMs);
      if (trigger !== undefined) this.#begin(trigger, now);
      return;
    }
    if (this.#isTroubled(open.recording.summary.meterId, now.monoMs)) {
      open.troubled = now;
      open.gridTroubledMonoMs = now.monoMs;
    }
    if (this.#isReturning(open, now.monoMs)) open.troubled = now;
    const isCalm = now.monoMs - open.troubled.monoMs >= this.#settings.calmForMs;
    if (isCalm || now.monoMs - open.startedMonoMs >= eventMaxMs) this.#end(open, now);
  }

  #trigger(nowMonoMs: number): GridEventRecord["trigger"] | undefined {
    const trouble = this.#watches.get(this.#leadingMeter(nowMonoMs) ?? "")?.troubleAt(nowMonoMs);
    if (trouble === "frequency" || trouble === "slope") return trouble;
    const phase = this.#phaseAt(nowMonoMs);
    // A site that starts is blind at first: that is no event of the grid.
    return phase === "shedding" || (phase === "lost" && this.#wasSighted) ? "phase" : undefined;
  }

  #isTroubled(meterId: string, nowMonoMs: number): boolean {
    const phase = this.#phaseAt(nowMonoMs);
    if (phase !== undefined && phase !== "normal") return true;
    const watch = this.#watches.get(meterId);
    const trouble = watch === undefined ? "unknown" : watch.troubleAt(nowMonoMs);
    // Where this meter has gone and others steer, their word is enough to call it calm.
    return trouble === "unknown" ? phase === undefined : trouble !== undefined;
  }

  #isReturning({ recording, gridTroubledMonoMs }: OpenEvent, nowMonoMs: number): boolean {
    const { measuredBeforeKw } = recording.summary;
    const measuredKw = this.#loads.get("measuredKw")?.latest?.value;
    if (measuredBeforeKw === undefined || measuredKw === undefined) return false;
    const isWaiting = nowMonoMs - gridTroubledMonoMs < returnWaitMs;
    return isWaiting && measuredKw < measuredBeforeKw * returnedRatio;
  }

  #phaseAt(nowMonoMs: number): GridPhase | undefined {
    const phase = this.#phase;
    const isFresh = phase !== undefined && nowMonoMs - phase.monoMs <= phaseMaxAgeMs;
    return isFresh ? phase.name : undefined;
  }

  #begin(trigger: GridEventRecord["trigger"], now: Instant): void {
    const meterId = this.#leadingMeter(now.monoMs) ?? this.#settings.meters[0] ?? "none";
    // As it was half a minute ago: a fast fall sheds before it is long enough to be an event.
    const targetBeforeKw = this.#loads.get("targetKw")?.until(now.monoMs)[0]?.value;
    const measuredBeforeKw = this.#loads.get("measuredKw")?.until(now.monoMs)[0]?.value;
    const recording = new EventRecording(
      {
        kind: "gridEvent",
        id: eventIdOf(now.atMs, meterId),
        atMs: now.atMs,
        updatedAtMs: now.atMs,
        meterId,
        trigger,
        ...(targetBeforeKw !== undefined && { targetBeforeKw }),
        ...(measuredBeforeKw !== undefined && { measuredBeforeKw }),
        unresponsiveIds: [],
        unconfirmedIds: [],
      },
      this.#outlets.write,
    );
    const lead = this.#watches.get(meterId)?.lead.until(now.monoMs) ?? [];
    for (const sample of lead) recording.add("frequencyHz", sample);
    for (const [series, samples] of this.#loads) {
      for (const sample of samples.until(now.monoMs)) recording.add(series, sample);
    }
    const startedMonoMs = now.monoMs;
    this.#open = { recording, startedMonoMs, troubled: now, gridTroubledMonoMs: startedMonoMs };
    recording.tick(now);
    this.#outlets.notify({ kind: "began", event: recording.summary });
  }

  #end({ recording, troubled }: OpenEvent, now: Instant): void {
    recording.end(troubled.atMs, now);
    this.#open = undefined;
    this.#outlets.notify({ kind: "ended", event: recording.summary });
  }

  /** The first of the site's meters that gives good samples now; else the first that ever did. */
  #leadingMeter(nowMonoMs: number): string | undefined {
    const { meters } = this.#settings;
    const inOrder = meters.length > 0 ? meters : [...this.#watches.keys()];
    const known = inOrder.find((meterId) => this.#watches.get(meterId)?.isKnown(nowMonoMs));
    return known ?? inOrder.find((meterId) => this.#watches.has(meterId));
  }

  #watchOf(meterId: string): FrequencyWatch | undefined {
    const known = this.#watches.get(meterId);
    if (known !== undefined) return known;
    const { meters } = this.#settings;
    const isOurs = meters.length === 0 || meters.includes(meterId);
    if (!isOurs || this.#watches.size >= metersMax) return undefined;
    const created = new FrequencyWatch(this.#settings);
    this.#watches.set(meterId, created);
    return created;
  }
}

/** Sorts by time, and can be a file's name. */
export const eventIdOf = (startedAtMs: number, meterId: string): string =>
  `${new Date(startedAtMs).toISOString().replaceAll(/[-:.]/g, "")}-${meterId}`;
