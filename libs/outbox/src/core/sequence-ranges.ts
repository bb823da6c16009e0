/** From the first to the last sequence number, both included. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** Numbers that are done with, as ranges in order that never touch: mostly a single one. */
export class SequenceRanges {
  #ranges: Range[] = [];

  constructor(ranges: readonly Range[] = []) {
    for (const { first, last } of ranges) this.add(first, last);
  }

  get all(): readonly Range[] {
    return this.#ranges;
  }

  get last(): number {
    return this.#ranges.at(-1)?.last ?? 0;
  }

  /** Returns how many numbers are new. */
  add(first: number, last: number): number {
    if (last < first) return 0;
    const newCount = last - first + 1 - this.countWithin(first, last);
    if (newCount === 0) return 0;
    const from = this.#indexOf(first - 1);
    let to = from;
    let joinedFirst = first;
    let joinedLast = last;
    for (; to < this.#ranges.length; to += 1) {
      const range = this.#ranges[to];
      if (range === undefined || range.first > last + 1) break;
      joinedFirst = Math.min(joinedFirst, range.first);
      joinedLast = Math.max(joinedLast, range.last);
    }
    this.#ranges.splice(from, to - from, { first: joinedFirst, last: joinedLast });
    return newCount;
  }

  countWithin(first: number, last: number): number {
    let count = 0;
    for (let index = this.#indexOf(first); index < this.#ranges.length; index += 1) {
      const range = this.#ranges[index];
      if (range === undefined || range.first > last) break;
      count += Math.min(last, range.last) - Math.max(first, range.first) + 1;
    }
    return count;
  }

  /** The first number from here on that is not in any range. */
  nextOutside(sequence: number): number {
    const range = this.#ranges[this.#indexOf(sequence)];
    return range === undefined || range.first > sequence ? sequence : range.last + 1;
  }

  /** Nobody asks about numbers before this one any more. */
  forgetBefore(sequence: number): void {
    this.#ranges = this.#ranges.flatMap(({ first, last }) =>
      last < sequence ? [] : [{ first: Math.max(first, sequence), last }],
    );
  }

  /** Of the first range that ends at the number or behind it. */
  #indexOf(sequence: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ranges[middle]?.last ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
