import type { historyReceipt, PayloadOf } from "@ballast/contracts";
import type { Cancel, Clock } from "@ballast/kernel";

const flushMs = 100;
const idsPerReceiptMax = 500;
/** Ids that are known to be on disk. An older one that is said again is stored again, harmlessly. */
const knownMax = 50_000;

export interface ReceiptsOptions {
  readonly clock: Clock;
  readonly publish: (service: string, receipt: PayloadOf<typeof historyReceipt>) => void;
}

/** Tells services which of their events they may forget, and knows which were heard before. */
export class Receipts {
  readonly #options: ReceiptsOptions;
  /** True once the record is on disk, false while it is on its way there. */
  readonly #known = new Map<string, boolean>();
  readonly #due = new Map<string, Set<string>>();
  #cancelFlush: Cancel | undefined;

  constructor(options: ReceiptsOptions) {
    this.#options = options;
  }

  /** Whether the event is news. One that is on disk already only needs its receipt again. */
  isNews(service: string, id: string): boolean {
    const isStored = this.#known.get(id);
    if (isStored === true) this.#owe(service, id);
    if (isStored !== undefined) return false;
    const oldest = this.#known.keys().next().value;
    if (this.#known.size >= knownMax && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(id, false);
    return true;
  }

  onStored(service: string, id: string): void {
    this.#known.set(id, true);
    this.#owe(service, id);
  }

  /** It is not on disk: the service still has it, and will say it again. */
  onLost(id: string): void {
    this.#known.delete(id);
  }

  flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    const atMs = this.#options.clock.wallMs();
    for (const [service, ids] of this.#due) {
      this.#due.delete(service);
      const all = [...ids];
      for (let from = 0; from < all.length; from += idsPerReceiptMax) {
        this.#options.publish(service, { atMs, ids: all.slice(from, from + idsPerReceiptMax) });
      }
    }
  }

  #owe(service: string, id: string): void {
    const due = this.#due.get(service) ?? new Set();
    this.#due.set(service, due.add(id));
    this.#cancelFlush ??= this.#options.clock.after(flushMs, "receipts", () => this.flush());
  }
}
