import { type MemoryStorage, memoryStorage, seededRandom, virtualClock } from "@ballast/kernel";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type LaneName, type Outbox, type OutboxRecord, openOutbox } from "./outbox.ts";

const bytesMax = 1_000_000;
const open = (storage: MemoryStorage, limitBytes = bytesMax): Promise<Outbox> =>
  openOutbox({ storage, folder: "box", bytesMax: limitBytes, onTrouble: () => undefined });
const recordOf = (body: string, lane: LaneName = "events"): OutboxRecord => ({
  lane,
  atMs: 1_790_000_000_000,
  body,
});
const bodiesIn = async (outbox: Outbox): Promise<readonly string[]> =>
  (await outbox.peek({ countMax: 100_000 })).map(({ body }) => body);
/** Lets everything settle that can: what a dead machine was doing never answers. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("killed at any byte, what was confirmed to be stored is there, and nothing is made up", async () => {
  const bodies = Array.from({ length: 12 }, (_, index) => `record ${index} äöü`);
  for (let deathBytes = 0; deathBytes < 1_400; deathBytes += 1) {
    const disk = memoryStorage();
    disk.dieAfter(deathBytes);
    const outbox = await open(disk, 2_000);
    const stored: string[] = [];
    const confirmed: string[] = [];
    const run = async (): Promise<void> => {
      for (const [index, body] of bodies.entries()) {
        const appended = await outbox.append([recordOf(body)]);
        if (appended.ok) stored.push(body);
        const [oldest] = index % 3 === 2 ? await outbox.peek({ countMax: 1 }) : [];
        if (oldest === undefined) continue;
        await outbox.confirm([oldest.position]);
        confirmed.push(oldest.body);
      }
    };
    void run();
    await settle();
    const next = disk.reboot();
    const again = await open(next, 2_000);
    const found = await bodiesIn(again);
    const missing = stored.filter((body) => !found.includes(body));
    expect(missing.filter((body) => !confirmed.includes(body)).length).toBeLessThanOrEqual(1);
    // At most the one whose confirmation was under way is gone, and it was on its way out.
    expect(missing).toEqual(bodies.slice(0, missing.length));
    expect(found.filter((body) => confirmed.includes(body))).toEqual([]);
    expect(found).toEqual(bodies.filter((body) => found.includes(body)));
    await again.append([recordOf("after")]);
    expect(await bodiesIn(again)).toEqual([...found, "after"]);
    expect(again.waitingCount).toBe(found.length + 1);
  }
});

type Step =
  | { readonly kind: "append"; readonly lane: LaneName; readonly count: number }
  | { readonly kind: "confirm"; readonly picks: readonly number[] }
  | { readonly kind: "peek"; readonly countMax: number }
  | { readonly kind: "restart" }
  | { readonly kind: "lose-cursor" }
  | { readonly kind: "flush-fails" };

const lanes = fc.constantFrom<LaneName>("events", "samples");
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("append" as const),
    lane: lanes,
    count: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({
    kind: fc.constant("confirm" as const),
    picks: fc.array(fc.nat(40), { maxLength: 9 }),
  }),
  fc.record({ kind: fc.constant("peek" as const), countMax: fc.integer({ min: 1, max: 30 }) }),
  fc.constant({ kind: "restart" as const }),
  fc.constant({ kind: "lose-cursor" as const }),
  fc.constant({ kind: "flush-fails" as const }),
);

interface World {
  disk: MemoryStorage;
  outbox: Outbox;
  /** What must be there, in order. */
  readonly waiting: Record<LaneName, string[]>;
  /** May come again: confirmed, but the note of it got lost. */
  readonly mayReturn: Set<string>;
  givenCount: number;
}

async function take(world: World, step: Step): Promise<void> {
  const { outbox, waiting } = world;
  switch (step.kind) {
    case "append": {
      const bodies = Array.from({ length: step.count }, () => {
        world.givenCount += 1;
        return `record ${world.givenCount} ${"x".repeat(world.givenCount % 60)}`;
      });
      const appended = await outbox.append(bodies.map((body) => recordOf(body, step.lane)));
      expect(appended.ok).toBe(true);
      waiting[step.lane].push(...bodies);
      return;
    }
    case "flush-fails": {
      world.disk.setFlushFailing(true);
      const body = `failed ${world.givenCount}`;
      expect((await outbox.append([recordOf(body)])).ok).toBe(false);
      world.disk.setFlushFailing(false);
      world.mayReturn.add(body);
      return;
    }
    case "confirm": {
      const all = await outbox.peek({ countMax: 1_000 });
      const chosen = step.picks.flatMap((index) => all[index] ?? []);
      await outbox.confirm(chosen.map(({ position }) => position));
      for (const { body, lane } of chosen) {
        waiting[lane] = waiting[lane].filter((each) => each !== body);
        world.mayReturn.add(body);
      }
      return;
    }
    case "peek": {
      const some = await outbox.peek({ countMax: step.countMax });
      const all = await outbox.peek({ countMax: 1_000 });
      expect(some).toEqual(all.slice(0, step.countMax));
      const after = some.at(-1)?.position;
      if (after?.lane !== "events") return;
      const rest = await outbox.peek({ countMax: 1_000, after });
      expect([...some, ...rest]).toEqual(all);
      return;
    }
    case "restart":
    case "lose-cursor":
      world.disk = world.disk.reboot();
      if (step.kind === "lose-cursor") await world.disk.remove("box/cursor");
      world.outbox = await open(world.disk, 12_000_000);
  }
}

test("whatever is appended, confirmed and killed, the queue holds what the model holds", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const disk = memoryStorage();
      const world: World = {
        disk,
        outbox: await open(disk, 12_000_000),
        waiting: { events: [], samples: [] },
        mayReturn: new Set(),
        givenCount: 0,
      };
      let canReturn = false;
      for (const each of steps) {
        await take(world, each);
        canReturn ||= each.kind === "lose-cursor";
        for (const lane of ["events", "samples"] as const) {
          const found = await world.outbox.peek({ countMax: 10_000, lanes: [lane] });
          const bodies = found.map(({ body }) => body);
          const expected = new Set(world.waiting[lane]);
          expect(bodies.filter((body) => expected.has(body))).toEqual(world.waiting[lane]);
          const extra = bodies.filter((body) => !expected.has(body));
          expect(extra.filter((body) => !world.mayReturn.has(body))).toEqual([]);
          if (!canReturn) expect(extra.filter((body) => body.startsWith("record"))).toEqual([]);
          expect(world.outbox.waitingIn(lane)).toBe(bodies.length);
        }
      }
    }),
    { numRuns: 150 },
  );
});

test("on a disk of any size events stay and samples go, and the bound is kept", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ lane: lanes, length: fc.integer({ min: 1, max: 400 }) }), {
        maxLength: 80,
      }),
      fc.integer({ min: 1_000, max: 20_000 }),
      fc.boolean(),
      async (records, limitBytes, isDiskTheLimit) => {
        const disk = memoryStorage();
        if (isDiskTheLimit) disk.setCapacity(limitBytes);
        const outbox = await open(disk, isDiskTheLimit ? 1_000_000 : limitBytes);
        const events: string[] = [];
        let sampleCount = 0;
        for (const [index, { lane, length }] of records.entries()) {
          const body = `${index} ${"x".repeat(length)}`;
          const appended = await outbox.append([recordOf(body, lane)]);
          if (lane === "events" && appended.ok) events.push(body);
          if (lane === "samples") {
            expect(appended.ok).toBe(true);
            sampleCount += 1;
          }
          // An event is refused only when no sample is left that could make room for it.
          if (!appended.ok) expect(outbox.waitingIn("samples")).toBe(0);
          expect(outbox.bytes).toBeLessThanOrEqual(limitBytes);
        }
        expect(outbox.waitingIn("samples") + outbox.droppedCount).toBe(sampleCount);
        const found = await (await open(disk.reboot())).peek({
          countMax: 1_000,
          lanes: ["events"],
        });
        expect(found.map(({ body }) => body)).toEqual(events);
      },
    ),
    { numRuns: 150 },
  );
});

test("on a slow disk nothing is lost between those who write and those who confirm", async () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    const clock = virtualClock();
    const random = seededRandom(seed);
    const disk = memoryStorage();
    disk.setDelay(() => clock.sleep(random.integer(0, 5)));
    const outbox = open(disk, 12_000_000);
    await clock.advance(100);
    const { append, confirm, peek } = await outbox.then((one) => ({
      append: one.append.bind(one),
      confirm: one.confirm.bind(one),
      peek: one.peek.bind(one),
    }));
    const stored = new Set<string>();
    const done = new Set<string>();
    let givenCount = 0;
    const stopWriter = clock.every(random.integer(3, 12), "writer", () => {
      givenCount += 1;
      const body = `${givenCount} ${"x".repeat(random.integer(1, 20_000))}`;
      void append([recordOf(body)]).then(() => stored.add(body));
    });
    clock.every(10, "reader", async () => {
      const some = await peek({ countMax: 10 });
      for (const { body } of some) done.add(body);
      await confirm(some.map(({ position }) => position));
    });
    await clock.advance(700);
    stopWriter();
    await clock.advance(2_000);
    expect(stored.size).toBe(givenCount);
    expect([...stored].filter((body) => !done.has(body)).map((body) => body.slice(0, 9))).toEqual(
      [],
    );
    expect((await outbox).waitingCount).toBe(0);
  }
});

test("a peek reads no more than it returns, however long the backlog is", async () => {
  const disk = memoryStorage();
  const outbox = await open(disk, 64_000_000);
  const batch = Array.from({ length: 1_000 }, (_, index) => recordOf(`${index}`.padEnd(200, ".")));
  for (let round = 0; round < 40; round += 1) await outbox.append(batch);
  let readBytes = 0;
  const readRange = disk.readRange.bind(disk);
  disk.readRange = (name, fromBytes, lengthBytes) => {
    readBytes += lengthBytes;
    return readRange(name, fromBytes, lengthBytes);
  };
  let seenCount = 0;
  for (;;) {
    const some = await outbox.peek({ countMax: 500 });
    if (some.length === 0) break;
    seenCount += some.length;
    await outbox.confirm(some.map(({ position }) => position));
  }
  expect(seenCount).toBe(40_000);
  expect(readBytes).toBeLessThan(10 * 40_000 * 250); // Each byte a few times, not once per peek.
});
