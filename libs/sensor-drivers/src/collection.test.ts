import { readdirSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import type { SensorKind } from "./define-sensor.ts";
import { quantities } from "./quantities.ts";
import { sensorKinds } from "./registry.gen.ts";

const kinds: readonly SensorKind[] = sensorKinds;
const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

test("every file of the folder is in the registry, under its name", () => {
  const files = readdirSync(new URL("./sensors", import.meta.url));
  expect(files.length).toBeGreaterThan(0);
  expect(kinds.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort());
});

describe.each(kinds.map((kind) => ({ id: kind.id, kind })))("$id", ({ kind }) => {
  const sensor = kind.bind(kind.example);

  test("says what it is, and its example fits its own settings", () => {
    expect(kind.label.length).toBeGreaterThan(5);
    expect(kind.source.length).toBeGreaterThan(5);
    expect(kind.settings.safeParse(kind.example).success).toBe(true);
    expect(kind.intervalMs).toBeGreaterThanOrEqual(1_000);
  });

  test("refuses settings that it does not know", () => {
    const wrong = { ...Object(kind.example), acme: 1 };
    expect(kind.settings.safeParse(wrong).success).toBe(false);
  });

  test("listens on whole topics, each once, and none of ours", () => {
    expect(sensor.topics.length).toBeGreaterThan(0);
    expect(new Set(sensor.topics).size).toBe(sensor.topics.length);
    for (const topic of sensor.topics) {
      expect(topic).toMatch(/^[^+#\s/][^+#\s]*[^/]$/);
      expect(topic.startsWith("ballast/")).toBe(false);
    }
  });

  test("tells a power, or what is available, or its parts", () => {
    const told = sensor.quantities;
    expect(new Set(told).size).toBe(told.length);
    for (const quantity of told) expect(quantities).toContain(quantity);
    const isPower = (name: string) => name === "availableKw" || /^power(?:L\d)?Kw$/.test(name);
    expect(told.some(isPower)).toBe(true);
  });

  test("says nothing of a topic that is not its own", () => {
    const decoded = sensor.decode({ topic: "other/topic", text: "{}", isRetained: false });
    const values = decoded.ok ? decoded.value.values : {};
    expect(values).toEqual({});
  });

  test("a message as deep as a well is refused, or is no JSON to begin with", () => {
    for (const topic of sensor.topics) {
      const decoded = sensor.decode({ topic, text: deep(50_000), isRetained: false });
      expect(decoded.ok ? decoded.value.values : {}).toEqual({});
    }
  });

  test("what keeps it alive goes to one fixed topic, at least every half minute", () => {
    for (const { topic, periodMs } of sensor.keepAlives(600_000)) {
      expect(topic).toMatch(/^R\/[^+#\s/]+\/keepalive$/);
      expect(periodMs).toBeLessThanOrEqual(30_000);
      expect(periodMs).toBeGreaterThanOrEqual(1_000);
    }
  });
});
