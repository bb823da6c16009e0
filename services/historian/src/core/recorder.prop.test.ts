import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { HistorianConfig, settingsOf } from "../config.ts";
import { EnergyDays } from "./energy-days.ts";
import { FrequencyMinutes, graceMs, minuteMs } from "./frequency-minutes.ts";
import { PowerMinutes } from "./power-minutes.ts";
import { Recorder } from "./recorder.ts";

const settings = settingsOf(HistorianConfig.parse({}), { nominalHz: 50 });
const startAtMs = Date.UTC(2026, 0, 1);
const hertz = fc.integer({ min: 47_000, max: 53_000 }).map((milliHz) => milliHz / 1_000);

test("the statistics of a minute equal a naive computation", () => {
  const sample = fc.record({ offsetMs: fc.nat(59_999), hz: hertz, isGood: fc.boolean() });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 200 }), (samples) => {
      const minutes = new FrequencyMinutes();
      for (const { offsetMs, hz, isGood } of samples) {
        minutes.add("poc", startAtMs + offsetMs, hz, isGood);
      }
      expect(minutes.take(startAtMs + minuteMs + graceMs - 1)).toEqual([]);
      const [minute] = minutes.take(startAtMs + minuteMs + graceMs);
      const good = samples.filter(({ isGood }) => isGood).map(({ hz }) => hz);
      expect(minute?.sampleCount).toBe(samples.length);
      expect(minute?.goodRatio).toBeCloseTo(good.length / samples.length, 12);
      if (good.length === 0) {
        expect(minute).not.toHaveProperty("meanHz");
        return;
      }
      const mean = good.reduce((sum, hz) => sum + hz, 0) / good.length;
      const variance = good.reduce((sum, hz) => sum + (hz - mean) ** 2, 0) / good.length;
      expect(minute?.minHz).toBe(Math.min(...good));
      expect(minute?.maxHz).toBe(Math.max(...good));
      expect(minute?.meanHz).toBeCloseTo(mean, 9);
      expect(minute?.deviationHz).toBeCloseTo(Math.sqrt(variance), 6);
    }),
  );
});

test("the mean power of a minute equals a naive one, and gaps have no part in it", () => {
  const stepMs = 100;
  const change = fc.record({ afterSteps: fc.integer({ min: 1, max: 120 }), kw: fc.nat(600) });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 30 }), (changes) => {
      const minutes = new PowerMinutes();
      const maxAgeMs = 5_000;
      const naive: (number | undefined)[] = Array(600).fill(undefined);
      let step = 0;
      let heard: { readonly step: number; readonly kw: number } | undefined;
      const fill = (untilStep: number): void => {
        if (heard === undefined) return;
        const end = Math.min(untilStep, heard.step + maxAgeMs / stepMs, naive.length);
        for (let index = heard.step; index < end; index += 1) naive[index] = heard.kw;
      };
      for (const { afterSteps, kw } of changes) {
        step += afterSteps;
        if (step >= naive.length) break;
        fill(step);
        heard = { step, kw };
        minutes.add("site", { atMs: startAtMs + step * stepMs, kw, maxAgeMs });
      }
      fill(naive.length);
      const [minute] = minutes.take(startAtMs + minuteMs + graceMs);
      const known = naive.flatMap((kw) => kw ?? []);
      if (known.length === 0) expect(minute?.siteKw).toBeUndefined();
      else expect(minute?.siteKw).toBeCloseTo(known.reduce((a, b) => a + b, 0) / known.length, 6);
    }),
  );
});

test("energy never falls, whatever a meter says", () => {
  const reading = fc.record({
    afterMs: fc.integer({ min: -5_000, max: 7_200_000 }),
    powerKw: fc.option(fc.integer({ min: -500, max: 600 }), { nil: undefined }),
    counterKwh: fc.option(fc.nat(2_000), { nil: undefined }),
    source: fc.constantFrom("meter/a", "meter/b"),
  });
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 60 }), (readings) => {
      const energy = new EnergyDays("Africa/Nairobi", {
        kind: "flat",
        currency: "KES",
        pricePerKwh: 20,
      });
      let atMs = startAtMs;
      const before = new Map<string, number>();
      for (const { afterMs, ...said } of readings) {
        atMs += afterMs;
        energy.add({ atMs, ...said });
        for (const { id, energyKwh, cost } of energy.tell(atMs)) {
          expect(energyKwh).toBeGreaterThanOrEqual(before.get(id) ?? 0);
          expect(cost).toBeCloseTo(energyKwh * 20, 6);
          before.set(id, energyKwh);
        }
      }
    }),
  );
});

const step = fc.record({
  hz: hertz,
  holdCount: fc.integer({ min: 1, max: 400 }),
});

test("no event loses its nadir, and memory stays bounded", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const recorder = new Recorder(settings, { now: { atMs: startAtMs, monoMs: 0 } });
      let monoMs = 0;
      let lowestHz = Infinity;
      const heard = (hz: number): void => {
        monoMs += 50;
        const atMs = startAtMs + monoMs;
        recorder.hear(
          {
            kind: "gridFrequency",
            meterId: "poc",
            payload: { atMs, frequencyHz: hz, quality: "good" },
          },
          { atMs, monoMs },
        );
        if (monoMs % 1_000 === 0) recorder.tick({ atMs, monoMs });
        expect(recorder.heldCount).toBeLessThan(4_000);
      };
      for (const { hz, holdCount } of steps) {
        for (let count = 0; count < holdCount; count += 1) heard(hz);
        if (Math.abs(hz - 50) > 0.15) lowestHz = Math.min(lowestHz, hz);
      }
      for (let count = 0; count < 1_300; count += 1) heard(50); // Calm again, for a minute and more.
      const { records } = recorder.take();
      const events = records.filter(({ kind }) => kind === "gridEvent");
      if (lowestHz === Infinity) return;
      const last = new Map(
        events.flatMap((event) => (event.kind === "gridEvent" ? [[event.id, event]] : [])),
      );
      const nadirs = [...last.values()].map(({ nadirHz }) => nadirHz ?? Infinity);
      expect(Math.min(...nadirs)).toBeLessThanOrEqual(lowestHz);
      for (const event of last.values()) expect(event.endedAtMs).toBeDefined();
      const told = records.flatMap((record) =>
        record.kind === "gridEventSamples" ? record.values : [],
      );
      expect(Math.min(...told)).toBe(Math.min(...nadirs));
    }),
    { numRuns: 40 },
  );
});
