import type { MinerCommand, MinerMode, Phase } from "./simulated-miner.ts";

/** What happened in the plant, for checkers and for the telling afterwards. */
export type PlantEvent =
  | {
      readonly kind: "command";
      readonly monoMs: number;
      readonly minerId: string;
      readonly command: MinerCommand;
      /** Why nothing follows, if nothing does. A slow unit obeys, later. */
      readonly outcome: "obeyed" | "obeyed-late" | "ignored-by-lying" | "unreachable";
    }
  | {
      readonly kind: "mode";
      readonly monoMs: number;
      readonly minerId: string;
      readonly from: MinerMode;
      readonly to: MinerMode;
    }
  | { readonly kind: "blackout"; readonly monoMs: number; readonly phase: Phase }
  | {
      readonly kind: "power-return";
      readonly monoMs: number;
      readonly phase: Phase;
      /** Units whose power supplies charge at once. Their inrush lasts some 10 ms: no meter sees it. */
      readonly unitCount: number;
    };

/** Who never drains keeps only the latest events. */
export const eventsMax = 200_000;

/** Events since the last draining, oldest first. */
export class EventLog {
  #events: PlantEvent[] = [];
  #droppedCount = 0;

  get droppedCount(): number {
    return this.#droppedCount;
  }

  add(event: PlantEvent): void {
    if (this.#events.length >= eventsMax) {
      // Half at a time: dropping one by one would move the whole list for every event.
      const kept = this.#events.slice(eventsMax / 2);
      this.#droppedCount += this.#events.length - kept.length;
      this.#events = kept;
    }
    this.#events.push(event);
  }

  drain(): readonly PlantEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
