import type { Bus } from "@ballast/bus";
import {
  gridFrequency,
  loadCap,
  loadDecision,
  loadTarget,
  type PayloadOf,
} from "@ballast/contracts";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

export interface BusUnderTest {
  /** `meter` speaks for the grid-meter, `controller` for the load-controller, `tools` reads. */
  readonly meter: Bus;
  readonly controller: Bus;
  readonly tools: Bus;
  /** Puts any text on the wire, as a foreign program could. */
  foreign(address: string, text: string, retain?: boolean): Promise<void>;
  rejects(): readonly string[];
  /** Virtual milliseconds in memory, real ones on a real broker. */
  settle(): Promise<void>;
  /** Until events that waited for the broker are on their way again. */
  settleEvents(): Promise<void>;
  /** The broker goes away, forgets everything, and comes back; resolves when all are back. */
  restartBroker(): Promise<void>;
  /** The meter's connection breaks without a goodbye; its will is due. */
  cutMeter(): Promise<void>;
  close(): Promise<void>;
}

const target = (atMs: number): PayloadOf<typeof loadTarget> => ({
  atMs,
  targetKw: 500,
  binding: "frequency",
  phase: "holding",
  decisionId: "d1",
});
const frequency = (atMs: number): PayloadOf<typeof gridFrequency> => ({
  atMs,
  frequencyHz: 49.98,
  quality: "good",
});
const poc = { meterId: "poc" };

/** What every broker under the bus must do alike, or tests in memory would prove nothing. */
export function busContract(name: string, open: () => Promise<BusUnderTest>): void {
  describe(`bus contract: ${name}`, () => {
    let bus: BusUnderTest;
    beforeEach(async () => {
      bus = await open();
    });
    afterEach(() => bus.close());

    test("a live reader gets a sample with its parameters", async () => {
      const seen: unknown[] = [];
      await bus.tools.subscribe(gridFrequency, ({ params, payload }) => {
        seen.push([params.meterId, payload.frequencyHz]);
      });
      await bus.meter.publish(gridFrequency, poc, frequency(1));
      await bus.settle();
      expect(seen).toEqual([["poc", 49.98]]);
    });

    // [MQTT-3.3.1-6] A new subscription receives the last retained message, once.
    test("a late reader gets state exactly once, marked as kept, and no samples", async () => {
      const seen: unknown[] = [];
      await bus.controller.publish(loadTarget, {}, target(1));
      await bus.controller.publish(loadTarget, {}, target(2));
      await bus.meter.publish(gridFrequency, poc, frequency(1));
      await bus.settle();
      await bus.tools.subscribe(loadTarget, ({ payload, isRetained }) => {
        seen.push(["state", payload.atMs, isRetained]);
      });
      await bus.tools.subscribe(gridFrequency, () => seen.push("sample"));
      await bus.settle();
      expect(seen).toEqual([["state", 2, true]]);
    });

    test("a live reader sees state as fresh, and in order", async () => {
      const seen: unknown[] = [];
      await bus.tools.subscribe(loadTarget, ({ payload, isRetained }) => {
        seen.push([payload.atMs, isRetained]);
      });
      for (const atMs of [1, 2, 3, 4, 5])
        await bus.controller.publish(loadTarget, {}, target(atMs));
      await bus.settle();
      expect(seen).toEqual([1, 2, 3, 4, 5].map((atMs) => [atMs, false]));
    });

    test("what breaks its description is counted and ignored, and nothing stops", async () => {
      const seen: number[] = [];
      await bus.tools.subscribe(loadTarget, ({ payload }) => seen.push(payload.atMs));
      for (const text of ["", "{", "null", "[]", '{"atMs":1}', '{"targetKw":"500"}', "\u0000"]) {
        await bus.foreign("ballast/v1/load/target", text);
      }
      await bus.foreign("ballast/v1/load/target", JSON.stringify({ ...target(9), targetKw: -1 }));
      await bus.controller.publish(loadTarget, {}, target(7));
      await bus.settle();
      expect(seen).toEqual([7]);
      expect(bus.rejects()).toHaveLength(7); // An empty text takes a retained message back.
    });

    test("an unknown field does no harm: newer writers may say more", async () => {
      const seen: number[] = [];
      await bus.tools.subscribe(loadTarget, ({ payload }) => seen.push(payload.targetKw));
      await bus.foreign("ballast/v1/load/target", JSON.stringify({ ...target(1), extra: true }));
      await bus.settle();
      expect(seen).toEqual([500]);
    });

    test("nobody can send what the topic does not describe", async () => {
      const wrong = { ...frequency(1), frequencyHz: Number.NaN };
      const sent = await bus.meter.publish(gridFrequency, poc, wrong);
      expect(sent).toMatchObject({ ok: false, fault: { code: "bus.invalid" } });
    });

    test("nobody can write a topic of another service", async () => {
      await expect(bus.meter.publish(loadTarget, {}, target(1))).rejects.toThrow("may not write");
    });

    test("states survive a broker that forgets; readers keep reading", async () => {
      const seen: unknown[] = [];
      await bus.controller.publish(loadTarget, {}, target(1));
      await bus.tools.subscribe(loadTarget, ({ payload }) => seen.push(payload.atMs));
      await bus.settle();
      await bus.restartBroker();
      await bus.settle();
      await bus.controller.publish(loadTarget, {}, target(2));
      await bus.settle();
      // Said once live or kept before the restart, again by its writer after it, then the new one.
      expect(seen).toEqual([1, 1, 2]);
    });

    test("events wait for the broker, samples do not", async () => {
      const seen: unknown[] = [];
      await bus.tools.subscribe(loadDecision, ({ payload }) => seen.push(payload.decisionId));
      await bus.tools.subscribe(gridFrequency, () => seen.push("sample"));
      await bus.settle();
      const { controller, meter } = bus;
      const away = Promise.all([
        new Promise<void>((gone) => {
          controller.onConnection((isConnected) => {
            if (isConnected) return;
            void controller.publish(loadDecision, {}, decision("while-away"));
            gone();
          });
        }),
        new Promise<void>((gone) => {
          meter.onConnection((isConnected) => {
            if (isConnected) return;
            void meter.publish(gridFrequency, poc, frequency(1));
            gone();
          });
        }),
      ]);
      await Promise.all([bus.restartBroker(), away]);
      await bus.settleEvents();
      expect(seen).toEqual(["while-away"]);
    });

    test("the broker speaks the will of one who vanished, and keeps it", async () => {
      const seen: unknown[] = [];
      await bus.cutMeter();
      await bus.settle();
      await bus.tools.subscribe(loadCap, ({ params, isRetained }) => {
        seen.push([params.source, isRetained]);
      });
      await bus.settle();
      expect(seen).toEqual([["will", true]]);
    });
  });
}

const decision = (decisionId: string): PayloadOf<typeof loadDecision> => ({
  atMs: 1,
  decisionId,
  reason: "test",
  phase: "normal",
  targetKw: 1,
  targetBeforeKw: 2,
  binding: "none",
  caps: [],
  meters: [],
});

/** The last words of the meter in this suite: any topic will do, a cap is short. */
export const meterWill = {
  address: "ballast/v1/load/caps/will",
  text: JSON.stringify({ atMs: 1, capKw: 1, reason: "vanished", expiresAtMs: 2 }),
  qos: 1,
  retain: true,
} as const;
