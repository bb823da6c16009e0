import { readdirSync, readFileSync } from "node:fs";
import { assertDefined } from "@ballast/kernel";
import { kindOf, type SensorUpdate } from "@ballast/sensor-drivers";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { SensorConfig } from "../config.ts";
import { lookAt } from "./read-sensor.ts";
import { rulesFor } from "./sensor-rules.ts";
import { type Arrival, type SensorState, takeUpdate, unknownSensor } from "./sensor-state.ts";

interface Fixture {
  readonly kind: string;
  readonly settings: Record<string, unknown>;
  readonly messages: readonly { readonly topic: string; readonly text: string }[];
}

const folder = new URL("../../../../libs/sensor-drivers/fixtures/", import.meta.url);
const fixtures = readdirSync(folder).flatMap((kind) =>
  readdirSync(new URL(`${kind}/`, folder)).map((file) => ({
    name: `${kind}/${file}`,
    fixture: JSON.parse(readFileSync(new URL(`${kind}/${file}`, folder), "utf8")) as Fixture,
  })),
);
const startAtMs = Date.UTC(2026, 2, 14, 9, 26);

/** How a message of a recording arrives: any of them, any number of times, in any order. */
const arrivalOf = (messageCount: number) =>
  fc.record({
    index: fc.nat(messageCount - 1),
    elapsedMs: fc.oneof(fc.nat(500), fc.nat(400_000)),
    wallStepMs: fc.oneof(fc.constant(0), fc.integer({ min: -4_000_000, max: 4_000_000 })),
    isRetained: fc.boolean(),
    cutAt: fc.option(fc.nat(400), { nil: undefined }),
  });

const numbersIn = (value: unknown): readonly number[] => {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
};

describe.each(fixtures)("$name duplicated, reordered, retained, stale and cut", ({ fixture }) => {
  const { kind: kindId, settings, messages } = fixture;
  const kind = assertDefined(kindOf(kindId), "the recording's kind exists");
  const isReversed = fc.boolean();

  test("energy never falls, time never runs back, and nothing unknown becomes a number", () => {
    const arrivals = fc.array(arrivalOf(messages.length), { maxLength: 60 });
    fc.assert(
      fc.property(arrivals, isReversed, (arrived, reversed) => {
        const sensor = SensorConfig.parse({
          id: "s",
          kind: kindId,
          role: "other",
          settings,
          isReversed: reversed,
        });
        const bound = kind.bind(sensor.settings);
        const rules = rulesFor(sensor, kind, bound.quantities);
        let state: SensorState = unknownSensor;
        let nowMonoMs = 0;
        let wallAtMs = startAtMs;
        let energyKwh = { import: 0, export: 0 };
        const everSaid = new Set<string>();
        for (const { index, elapsedMs, wallStepMs, isRetained, cutAt } of arrived) {
          nowMonoMs += elapsedMs;
          wallAtMs += elapsedMs + wallStepMs;
          const { topic, text } = assertDefined(messages[index], "it is one of them");
          const decoded = bound.decode({ topic, text: text.slice(0, cutAt), isRetained });
          const before = state;
          if (decoded.ok) {
            const taken = takeUpdate(
              state,
              decoded.value,
              { nowMonoMs, wallAtMs, isRetained },
              rules,
            );
            state = taken.state;
            for (const name of Object.keys(decoded.value.values)) everSaid.add(name);
            const deviceWentBack =
              (state.deviceAtMs ?? 0) < (before.deviceAtMs ?? 0) && taken.outcome === "accepted";
            // Only where the device's clock was set back for good.
            if (deviceWentBack && state.deviceAtMs !== undefined) {
              expect(before.backwardsCount).toBe(2);
            }
          }
          expect(state.heard?.monoMs ?? 0).toBeGreaterThanOrEqual(before.heard?.monoMs ?? 0);
          const look = lookAt(state, rules, nowMonoMs);
          for (const number of numbersIn(look)) expect(Number.isFinite(number)).toBe(true);
          expect(look.ageMs ?? 0).toBeGreaterThanOrEqual(0);
          const { energyImportKwh, energyExportKwh, ...rest } = look.values;
          energyKwh = {
            import: atLeast(energyKwh.import, energyImportKwh),
            export: atLeast(energyKwh.export, energyExportKwh),
          };
          for (const name of Object.keys(rest)) {
            const isSum =
              name === "powerKw" && [...everSaid].some((said) => said.startsWith("powerL"));
            expect(everSaid.has(name) || isSum).toBe(true);
          }
          if (look.state === "good") expect(look.ageMs).toBeLessThanOrEqual(rules.ageMaxMs);
          if (look.state === "lost") expect(look.values).toEqual({});
        }
        expect(lookAt(state, rules, nowMonoMs + rules.ageMaxMs + 600_001).state).toBe("lost");
      }),
      { numRuns: 60 },
    );
  });
});

function atLeast(beforeKwh: number, nowKwh: number | undefined): number {
  if (nowKwh === undefined) return beforeKwh;
  expect(nowKwh).toBeGreaterThanOrEqual(beforeKwh - 1e-9);
  return nowKwh;
}

test("whatever a device counts, and with whatever it begins anew, energy only grows", () => {
  const sensor = SensorConfig.parse({
    id: "s",
    kind: "emon",
    role: "other",
    settings: emonSettings,
  });
  const rules = rulesFor(sensor, assertDefined(kindOf("emon"), "it exists"), ["energyImportKwh"]);
  const counts = fc.array(fc.double({ min: 0, max: 5_000_000, noNaN: true }), { maxLength: 60 });
  fc.assert(
    fc.property(counts, (countedKwhs) => {
      let state = unknownSensor;
      let lastKwh = 0;
      for (const [index, energyImportKwh] of countedKwhs.entries()) {
        const arrival: Arrival = {
          nowMonoMs: index,
          wallAtMs: startAtMs + index,
          isRetained: false,
        };
        state = takeUpdate(state, { ...said, values: { energyImportKwh } }, arrival, rules).state;
        const totalKwh = lookAt(state, rules, index).values.energyImportKwh ?? 0;
        expect(totalKwh).toBeGreaterThanOrEqual(lastKwh);
        expect(totalKwh).toBeGreaterThanOrEqual(0);
        lastKwh = totalKwh;
      }
    }),
  );
});

const emonSettings = {
  node: "n",
  inputs: [{ name: "E1", quantity: "energyImportKwh", unit: "Wh" }],
};
const said: SensorUpdate = {
  values: {},
  refused: [],
  availability: undefined,
  deviceAtMs: undefined,
  deviceFault: undefined,
};
