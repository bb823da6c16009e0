import { readdirSync, readFileSync } from "node:fs";
import { assert, assertDefined } from "@ballast/kernel";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { kindOf } from "./kind-of.ts";
import { sensorKinds } from "./registry.gen.ts";

interface Fixture {
  readonly kind: string;
  readonly source: string;
  readonly settings: unknown;
  readonly messages: readonly {
    readonly topic: string;
    readonly text: string;
    readonly expect: {
      readonly values?: Readonly<Record<string, number>>;
      readonly refused?: number;
      readonly availability?: string;
      readonly deviceAtMs?: number;
      readonly deviceFault?: string;
      readonly isInvalid?: boolean;
    };
  }[];
}

const folder = new URL("../fixtures/", import.meta.url);
const fixtures = readdirSync(folder).flatMap((kind) =>
  readdirSync(new URL(`${kind}/`, folder)).map((file) => ({
    name: `${kind}/${file}`,
    fixture: JSON.parse(readFileSync(new URL(`${kind}/${file}`, folder), "utf8")) as Fixture,
  })),
);

test("every kind has recorded messages, and every recording its kind", () => {
  const recorded = new Set(fixtures.map(({ fixture }) => fixture.kind));
  expect([...recorded].sort()).toEqual(sensorKinds.map(({ id }) => id).sort());
});

const numbersIn = (value: unknown): readonly number[] => {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
};

describe.each(fixtures)("$name", ({ fixture, name }) => {
  const kind = assertDefined(kindOf(fixture.kind), "the recording's kind exists");
  const sensor = kind.bind(fixture.settings);

  test("lies in the folder of its kind and says where it is from", () => {
    expect(name.startsWith(`${fixture.kind}/`)).toBe(true);
    expect(fixture.source).toMatch(/\d\.\d/);
  });

  test.each(fixture.messages)("$topic $text", ({ topic, text, expect: expected }) => {
    const decoded = sensor.decode({ topic, text, isRetained: false });
    expect(decoded.ok).toBe(expected.isInvalid !== true);
    if (!decoded.ok) return;
    const { values, refused, ...beside } = decoded.value;
    const wanted = expected.values ?? {};
    expect(Object.keys(values).sort()).toEqual(Object.keys(wanted).sort());
    for (const [quantity, value] of Object.entries(values)) {
      expect(value).toBeCloseTo(assertDefined(wanted[quantity], "its key was compared"), 9);
      expect(sensor.quantities).toContain(quantity);
    }
    expect(refused).toHaveLength(expected.refused ?? 0);
    const { availability, deviceAtMs, deviceFault } = expected;
    expect(beside).toEqual({ availability, deviceAtMs, deviceFault });
  });

  test("cut, garbled or grown messages are a result with real numbers, never a throw", () => {
    const message = fc.constantFrom(...fixture.messages);
    const damage = fc.oneof(
      fc.record({ kind: fc.constant("cut" as const), at: fc.nat(600) }),
      fc.record({
        kind: fc.constant("garble" as const),
        at: fc.nat(600),
        with: fc.constantFrom("�", '"', "{", "[", "-", "e9", "NaN", "null", "9".repeat(400), "\0"),
      }),
      fc.record({ kind: fc.constant("replace" as const), text: fc.oneof(fc.string(), fc.json()) }),
    );
    fc.assert(
      fc.property(message, damage, fc.boolean(), ({ topic, text }, how, isRetained) => {
        const at = how.kind === "replace" ? 0 : how.at % (text.length + 1);
        const damaged =
          how.kind === "cut"
            ? text.slice(0, at)
            : how.kind === "garble"
              ? text.slice(0, at) + how.with + text.slice(at + 1)
              : how.text;
        const decoded = sensor.decode({ topic, text: damaged, isRetained });
        if (decoded.ok) {
          for (const number of numbersIn(decoded.value)) expect(Number.isFinite(number)).toBe(true);
        } else expect(decoded.fault.code).toBe("sensor.invalid");
      }),
      { numRuns: 300 },
    );
  });
});

test("what is missing from a message is missing from its values, whatever is left", () => {
  const kind = assertDefined(kindOf("plain-json"), "it is in the collection");
  const values = [
    { topic: "t", path: "a", quantity: "powerKw", unit: "kW" },
    { topic: "t", path: "b", quantity: "availableKw", unit: "kW" },
  ];
  const sensor = kind.bind({ values });
  const noNumber = fc.constantFrom<unknown>(
    ...[null, "", " ", "nan", "NaN", "Infinity", "-", "unknown", "unavailable", "0x10", "1,5"],
    ...[true, false, [], {}, [1], { value: 1 }, "1 kW", "--1", "1e999"],
  );
  fc.assert(
    fc.property(fc.option(noNumber, { nil: undefined }), noNumber, (a, b) => {
      const decoded = sensor.decode({
        topic: "t",
        text: JSON.stringify({ a, b }),
        isRetained: false,
      });
      assert(decoded.ok, "it is JSON");
      expect(decoded.value.values).toEqual({});
      expect(decoded.value.refused.length).toBe(a === undefined ? 1 : 2);
    }),
  );
});
