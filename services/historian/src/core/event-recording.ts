import type { minerStatus, PayloadOf } from "@ballast/contracts";
import type { GridEventRecord, HistoryRecord, SampleSeries } from "@ballast/history/records";
import { ChunkedSeries } from "./chunked-series.ts";
import type { Sample } from "./samples.ts";

/** Named one by one; beyond this the number of them is the news. */
const unitsNamedMax = 500;
/** What is stored of an event is told again at most so often while it lasts. */
const updateMs = 5_000;
/** Every miner is unconfirmed until its power has been measured again; some never get there. */
const unconfirmedMs = 30_000;
const unitsWatchedMax = 20_000;

export interface Instant {
  readonly atMs: number;
  readonly monoMs: number;
}

export type UnitHealth = PayloadOf<typeof minerStatus>["health"];
type Write = (record: HistoryRecord) => void;

/** One open event: its curves on their way into records, and what is known of it so far. */
export class EventRecording {
  #summary: GridEventRecord;
  readonly #write: Write;
  readonly #series = new Map<SampleSeries, ChunkedSeries>();
  readonly #unresponsiveIds: Set<string>;
  readonly #unconfirmedIds: Set<string>;
  readonly #unconfirmedSince = new Map<string, number>();
  #isChanged = true;
  #toldMonoMs = -Infinity;

  constructor(summary: GridEventRecord, write: Write) {
    this.#summary = summary;
    this.#write = write;
    this.#unresponsiveIds = new Set(summary.unresponsiveIds);
    this.#unconfirmedIds = new Set(summary.unconfirmedIds);
  }

  /** All that is needed to go on after a crash, together with the curves already written. */
  get summary(): GridEventRecord {
    return this.#summary;
  }

  get waitingCount(): number {
    return [...this.#series.values()].reduce((sum, series) => sum + series.waitingCount, 0);
  }

  add(series: SampleSeries, sample: Sample): void {
    this.#chunksOf(series).add(sample);
    const { value, atMs } = sample;
    const { nadirHz, zenithHz, targetMinKw, measuredMinKw } = this.#summary;
    if (series === "frequencyHz") {
      if (value < (nadirHz ?? Infinity)) this.#learn({ nadirHz: value, nadirAtMs: atMs });
      if (value > (zenithHz ?? -Infinity)) this.#learn({ zenithHz: value });
    }
    if (series === "targetKw" && value < (targetMinKw ?? Infinity)) {
      this.#learn({ targetMinKw: value });
    }
    if (series === "measuredKw" && value < (measuredMinKw ?? Infinity)) {
      this.#learn({ measuredMinKw: value });
    }
  }

  slope(slopeHzPerS: number): void {
    const { slopeMaxHzPerS = 0 } = this.#summary;
    if (Math.abs(slopeHzPerS) > Math.abs(slopeMaxHzPerS)) {
      this.#learn({ slopeMaxHzPerS: slopeHzPerS });
    }
  }

  unit(minerId: string, health: UnitHealth, { monoMs }: Instant): void {
    if (health === "unresponsive") this.#name(this.#unresponsiveIds, minerId);
    if (health !== "unconfirmed") this.#unconfirmedSince.delete(minerId);
    else if (
      !this.#unconfirmedSince.has(minerId) &&
      this.#unconfirmedSince.size < unitsWatchedMax
    ) {
      this.#unconfirmedSince.set(minerId, monoMs);
    }
  }

  /** Tells what is new, now and then. */
  tick({ atMs, monoMs }: Instant): void {
    for (const [minerId, sinceMonoMs] of this.#unconfirmedSince) {
      if (monoMs - sinceMonoMs < unconfirmedMs) break; // The others came later.
      this.#unconfirmedSince.delete(minerId);
      this.#name(this.#unconfirmedIds, minerId);
    }
    if (this.#isChanged && monoMs - this.#toldMonoMs >= updateMs) this.#tell(atMs, monoMs);
  }

  end(endedAtMs: number, { atMs, monoMs }: Instant): void {
    for (const series of this.#series.values()) series.flush();
    this.#learn({ endedAtMs });
    this.#tell(atMs, monoMs);
  }

  flush(): void {
    for (const series of this.#series.values()) series.flush();
  }

  #name(ids: Set<string>, minerId: string): void {
    if (ids.has(minerId) || ids.size >= unitsNamedMax) return;
    ids.add(minerId);
    this.#learn({
      unresponsiveIds: [...this.#unresponsiveIds],
      unconfirmedIds: [...this.#unconfirmedIds],
    });
  }

  #learn(more: Partial<GridEventRecord>): void {
    this.#summary = { ...this.#summary, ...more };
    this.#isChanged = true;
  }

  #tell(atMs: number, monoMs: number): void {
    this.#summary = { ...this.#summary, updatedAtMs: atMs };
    this.#write(this.#summary);
    this.#isChanged = false;
    this.#toldMonoMs = monoMs;
  }

  #chunksOf(series: SampleSeries): ChunkedSeries {
    const known = this.#series.get(series);
    if (known !== undefined) return known;
    const { id } = this.#summary;
    const areStillsThinned = series !== "frequencyHz";
    const created = new ChunkedSeries({
      eventId: id,
      series,
      areStillsThinned,
      write: this.#write,
    });
    this.#series.set(series, created);
    return created;
  }
}
