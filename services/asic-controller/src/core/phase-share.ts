/** What each phase is owed from earlier rounds, in units: positive, it is behind its share. */
export type Carry = ReadonlyMap<string, number>;

export const noCarry: Carry = new Map();

interface Draw<Item> {
  /** Per phase, in the order in which they should be taken. */
  readonly queues: ReadonlyMap<string, readonly Item[]>;
  /** Units of each phase on site, whatever they do. */
  readonly populations: ReadonlyMap<string, number>;
  readonly carry: Carry;
  /** Whether the item was taken. One that is not is passed over. */
  readonly take: (item: Item) => boolean;
  readonly isEnough: () => boolean;
}

/**
 * Takes from the phases in proportion to their size, always from the one furthest behind its
 * share. What could not be split evenly is owed to the next round, so that many small rounds wear
 * and load the phases like one large one.
 */
export function drawInProportion<Item>(draw: Draw<Item>): Carry {
  const { queues, populations, take, isEnough } = draw;
  const names = [...populations.keys()].sort();
  const totalCount = [...populations.values()].reduce((sum, count) => sum + count, 0);
  const owed = new Map(names.map((name) => [name, draw.carry.get(name) ?? 0]));
  const cursors = new Map<string, number>();

  while (!isEnough()) {
    const name = furthestBehind(names, owed, populations, totalCount, (candidate) =>
      hasMore(queues.get(candidate), cursors.get(candidate)),
    );
    if (name === undefined) break;
    const cursor = cursors.get(name) ?? 0;
    cursors.set(name, cursor + 1);
    const item = queues.get(name)?.[cursor];
    if (item === undefined || !take(item)) continue;
    for (const [other, count] of populations) {
      const share = count / totalCount - (other === name ? 1 : 0);
      // A phase that has nobody left to give must not be owed without bound.
      owed.set(other, Math.max(-1, Math.min(1, (owed.get(other) ?? 0) + share)));
    }
  }
  return owed;
}

const hasMore = (queue: readonly unknown[] | undefined, cursor: number | undefined): boolean =>
  queue !== undefined && (cursor ?? 0) < queue.length;

function furthestBehind(
  names: readonly string[],
  owed: Carry,
  populations: ReadonlyMap<string, number>,
  totalCount: number,
  isCandidate: (name: string) => boolean,
): string | undefined {
  let best: string | undefined;
  let bestOwed = Number.NEGATIVE_INFINITY;
  for (const name of names) {
    if (!isCandidate(name)) continue;
    const nameOwed = (owed.get(name) ?? 0) + (populations.get(name) ?? 0) / totalCount;
    // Sums of thirds differ in their last digits; only a real difference decides.
    if (nameOwed > bestOwed + 1e-9) {
      best = name;
      bestOwed = nameOwed;
    }
  }
  return best;
}
