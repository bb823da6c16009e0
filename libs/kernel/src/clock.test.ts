import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { realClock } from "./real-clock.ts";
import { virtualClock } from "./virtual-clock.ts";

describe("virtual clock", () => {
  test("timers run in the order they fall due, and in the order they were set when together", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(50), { maxLength: 200 }), async (delays) => {
        const clock = virtualClock();
        const seen: { delayMs: number; index: number }[] = [];
        for (const [index, delayMs] of delays.entries()) {
          clock.after(delayMs, "test", () => seen.push({ delayMs, index }));
        }
        await clock.advance(50);
        const expected = delays
          .map((delayMs, index) => ({ delayMs, index }))
          .sort((left, right) => left.delayMs - right.delayMs || left.index - right.index);
        expect(seen).toEqual(expected);
      }),
    );
  });

  test("a cancelled timer never runs, and time passes all the same", async () => {
    const clock = virtualClock();
    let runCount = 0;
    const cancel = clock.after(10, "test", () => {
      runCount += 1;
    });
    cancel();
    await clock.advance(1_000);
    expect([runCount, clock.monotonicMs()]).toEqual([0, 1_000]);
  });

  test("promises settle between one timer and the next", async () => {
    const clock = virtualClock();
    const seen: string[] = [];
    clock.after(10, "first", () => {
      void Promise.resolve()
        .then(() => undefined)
        .then(() => seen.push("settled"));
    });
    clock.after(10, "second", () => seen.push("second"));
    await clock.advance(10);
    expect(seen).toEqual(["settled", "second"]);
  });

  test("they do so however many timers are due and however long the chains of promises are", async () => {
    const clock = virtualClock();
    const seen: string[] = [];
    const timerCount = 100; // More than one round of the event loop takes.
    for (let timer = 0; timer < timerCount; timer += 1) {
      clock.after(10, "chain", async () => {
        seen.push(`begins ${timer}`);
        for (let link = 0; link < 50; link += 1) await Promise.resolve();
        seen.push(`ends ${timer}`);
      });
    }
    await clock.advance(10);
    const expected = Array.from({ length: timerCount }, (_, timer) => [
      `begins ${timer}`,
      `ends ${timer}`,
    ]);
    expect(seen).toEqual(expected.flat());
  });

  test("a timer that throws ends the advance, and nothing runs behind it", async () => {
    const clock = virtualClock();
    let runCount = 0;
    clock.after(10, "broken", () => {
      throw new Error("broken");
    });
    clock.after(20, "behind", () => {
      runCount += 1;
    });
    await expect(clock.advance(30)).rejects.toThrow("broken");
    expect([runCount, clock.monotonicMs()]).toEqual([0, 10]);
  });

  test("a step of the calendar leaves the stopwatch alone", async () => {
    const clock = virtualClock({ startAtMs: 1_000 });
    clock.stepWall(-500);
    await clock.advance(100);
    expect([clock.monotonicMs(), clock.wallMs()]).toEqual([100, 600]);
  });
});

describe("every", () => {
  test("a run that is still busy makes the next one be skipped, not queued", async () => {
    const clock = virtualClock();
    let startCount = 0;
    clock.every(10, "slow", async () => {
      startCount += 1;
      await clock.sleep(25);
    });
    await clock.advance(100);
    expect(startCount).toBe(4); // At 10, 40, 70 and 100 ms.
  });

  test("it stops for good when it is cancelled, also from inside", async () => {
    const clock = virtualClock();
    let runCount = 0;
    const cancel = clock.every(10, "once", () => {
      runCount += 1;
      cancel();
    });
    await clock.advance(1_000);
    expect(runCount).toBe(1);
  });
});

test("the real clock's stopwatch moves forward, and its timers run", async () => {
  const clock = realClock();
  const startMonoMs = clock.monotonicMs();
  await clock.sleep(5);
  expect(clock.monotonicMs()).toBeGreaterThan(startMonoMs);
});
