import { ok, type Result, seededRandom, virtualClock } from "@ballast/kernel";
import { expect, test } from "@jest/globals";
import type { FaceAnswer } from "./miner-face.ts";
import { virtualExchange } from "./virtual-exchange.ts";

const address = { host: "10.0.0.1", port: 4_028 };
const bytes = new Uint8Array([1, 2, 3]);

function rig(answer: FaceAnswer) {
  const clock = virtualClock();
  const network = virtualExchange({ clock, random: seededRandom(1), latencyMs: 5, jitterMs: 0 });
  const arrivals: number[] = [];
  network.attach(address, {
    minerId: "m",
    answer: (_, monoMs) => {
      arrivals.push(monoMs);
      return answer;
    },
  });
  const settled: { readonly atMonoMs: number; readonly result: Result<Uint8Array> }[] = [];
  const ask = (port = address.port): void => {
    const request = new Uint8Array(1);
    const exchange = { ...address, port, request, isComplete: () => false, deadlineMs: 100 };
    void network.exchange({ ...exchange, replyBytesMax: 10 }).then((result) => {
      settled.push({ atMonoMs: clock.monotonicMs(), result });
    });
  };
  return { clock, arrivals, settled, ask };
}

test("a request travels behind its handshake, and the reply comes back", async () => {
  const { clock, arrivals, settled, ask } = rig({ kind: "reply", bytes, delayMs: 20 });
  ask();
  await clock.advance(1_000);
  expect(arrivals).toEqual([15]);
  expect(settled).toEqual([{ atMonoMs: 40, result: ok(bytes) }]);
});

test("a miner serves one client at a time, and the last one's patience ends", async () => {
  const { clock, arrivals, settled, ask } = rig({ kind: "reply", bytes, delayMs: 40 });
  for (let client = 0; client < 3; client += 1) ask();
  await clock.advance(1_000);
  // The third gave up at 100, but what it had asked for is in the queue and is done.
  expect(arrivals).toEqual([15, 55, 95]);
  expect(settled.map(({ atMonoMs, result }) => [atMonoMs, result.ok])).toEqual([
    [60, true],
    [100, true],
    [100, false],
  ]);
});

test.each<[FaceAnswer, string, number]>([
  [{ kind: "refused" }, "device.unreachable", 15],
  [{ kind: "absent" }, "device.unreachable", 100],
  [{ kind: "silent" }, "device.silent", 100],
  [{ kind: "reply", bytes, delayMs: 90 }, "device.silent", 100],
  [{ kind: "reply", bytes: new Uint8Array(11), delayMs: 20 }, "device.oversized", 40],
  [{ kind: "reply", bytes: new Uint8Array(), delayMs: 20 }, "device.closed", 40],
])("%p is %s after %d ms", async (answer, code, atMonoMs) => {
  const { clock, settled, ask } = rig(answer);
  ask();
  await clock.advance(1_000);
  expect(settled).toMatchObject([{ atMonoMs, result: { fault: { code } } }]);
});

test("where no miner is, the connection is refused", async () => {
  const { clock, settled, ask } = rig({ kind: "silent" });
  ask(1);
  await clock.advance(1_000);
  expect(settled).toMatchObject([
    { atMonoMs: 10, result: { fault: { code: "device.unreachable" } } },
  ]);
});
