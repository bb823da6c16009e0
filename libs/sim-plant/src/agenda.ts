/** Something that is due at an instant. Entries that are due together keep the order they came in. */
interface Entry<Item> {
  readonly dueMonoMs: number;
  readonly order: number;
  readonly item: Item;
}

const isBefore = (left: Entry<unknown>, right: Entry<unknown>): boolean =>
  left.dueMonoMs < right.dueMonoMs ||
  (left.dueMonoMs === right.dueMonoMs && left.order < right.order);

/** What comes next, as a binary heap: the plant sleeps from one entry to the next. */
export class Agenda<Item> {
  readonly #entries: Entry<Item>[] = [];
  #order = 0;

  /** Infinite when nothing is due. */
  nextDueMonoMs(): number {
    return this.#entries[0]?.dueMonoMs ?? Number.POSITIVE_INFINITY;
  }

  add(dueMonoMs: number, item: Item): void {
    this.#order += 1;
    const entry = { dueMonoMs, order: this.#order, item };
    const entries = this.#entries;
    let index = entries.push(entry) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = entries[parentIndex];
      if (parent === undefined || isBefore(parent, entry)) break;
      entries[index] = parent;
      index = parentIndex;
    }
    entries[index] = entry;
  }

  takeNext(): Item | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (first === undefined || last === undefined) return undefined;
    if (entries.length > 0) this.#sinkFromTop(last);
    return first.item;
  }

  #sinkFromTop(entry: Entry<Item>): void {
    const entries = this.#entries;
    let index = 0;
    for (;;) {
      const leftIndex = 2 * index + 1;
      const left = entries[leftIndex];
      if (left === undefined) break;
      const right = entries[leftIndex + 1];
      const isRightFirst = right !== undefined && isBefore(right, left);
      const child = isRightFirst ? right : left;
      if (isBefore(entry, child)) break;
      entries[index] = child;
      index = isRightFirst ? leftIndex + 1 : leftIndex;
    }
    entries[index] = entry;
  }
}
