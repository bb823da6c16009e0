import type { Message } from "@ballast/bus";
import type { fleetStatus, gridFrequency, gridReading } from "@ballast/contracts";
import { virtualClock } from "@ballast/kernel";
import { describe, expect, test } from "@jest/globals";
import { Inputs, sampleFrom } from "./inputs.ts";

const startAtMs = Date.UTC(2026, 0, 1);

describe("a frequency message becomes a sample", () => {
  const message = (
    ageMs: number,
    more: Partial<Message<typeof gridFrequency>> = {},
  ): Message<typeof gridFrequency> => ({
    params: { meterId: "poc" },
    payload: { atMs: startAtMs + 10_000 - ageMs, frequencyHz: 49.5004, quality: "good" },
    receivedMonoMs: 10_000,
    isRetained: false,
    ...more,
  });
  const clock = async () => {
    const clock = virtualClock({ startAtMs });
    await clock.advance(10_000);
    return clock;
  };

  test("in millihertz, at the time it was measured", async () => {
    expect(sampleFrom(message(120), 1_500, await clock())).toEqual({
      frequencyMilliHz: 49_500,
      quality: "good",
      isDeadBus: false,
      measuredMonoMs: 9_880,
    });
  });

  test("never in the future, though a calendar may have been set back", async () => {
    expect(sampleFrom(message(-5_000), 1_500, await clock())?.measuredMonoMs).toBe(10_000);
  });

  test("not when it is old, and not when the broker had kept it", async () => {
    expect(sampleFrom(message(1_501), 1_500, await clock())).toBeUndefined();
    expect(sampleFrom(message(0, { isRetained: true }), 1_500, await clock())).toBeUndefined();
  });
});

describe("the picture", () => {
  const fleet = (atMs: number, commandedKw: number, isReadBack = true) =>
    ({ atMs, commandedKw, isReadBack }) as Message<typeof fleetStatus>["payload"];
  const fleetMessage = (
    fleetId: string,
    payload: Message<typeof fleetStatus>["payload"],
  ): Message<typeof fleetStatus> => ({
    params: { fleetId },
    payload,
    receivedMonoMs: 0,
    isRetained: false,
  });
  const inputs = () => {
    const clock = virtualClock({ startAtMs });
    return { clock, inputs: new Inputs(clock, ["poc", "spare"], ["main", "annex"]) };
  };

  test("fleets add up, and all of them must have been read back", () => {
    const { inputs: seen } = inputs();
    expect(seen.picture().fleet).toBeUndefined();
    seen.onFleet(fleetMessage("main", fleet(startAtMs, 280.0004)));
    expect(seen.picture().fleet).toEqual({ commandedW: 280_001, isReadBack: false });
    seen.onFleet(fleetMessage("annex", fleet(startAtMs, 70)));
    seen.onFleet(fleetMessage("unknown", fleet(startAtMs, 99)));
    expect(seen.picture().fleet).toEqual({ commandedW: 350_001, isReadBack: true });
  });

  test("a fleet that has gone silent is not known", async () => {
    const { clock, inputs: seen } = inputs();
    seen.onFleet(fleetMessage("main", fleet(startAtMs, 280)));
    await clock.advance(5_001);
    expect(seen.picture().fleet).toBeUndefined();
  });

  test("a voltage counts for the meter that measured it, and only while it is fresh", async () => {
    const { clock, inputs: seen } = inputs();
    const payload = { atMs: startAtMs, voltageMaxRatio: 0.98 };
    const reading: Message<typeof gridReading> = {
      params: { meterId: "spare" },
      payload,
      receivedMonoMs: 0,
      isRetained: false,
    };
    seen.onReading(reading);
    expect(seen.picture().meters.map(({ voltage }) => voltage?.voltageMaxRatio)).toEqual([
      undefined,
      0.98,
    ]);
    await clock.advance(5_001);
    expect(seen.picture().meters[1]?.voltage).toBeUndefined();
  });

  test("caps replace each other by source and vanish with their expiry", async () => {
    const { clock, inputs: seen } = inputs();
    const cap = { atMs: startAtMs, reason: "test" };
    seen.onCap("operator", { ...cap, capKw: 136.15, expiresAtMs: startAtMs + 1_000 });
    seen.onCap("operator", { ...cap, capKw: 100, expiresAtMs: startAtMs + 1_000 });
    seen.onCap("price", { ...cap, capKw: 136.15, expiresAtMs: startAtMs + 2_000 });
    expect(seen.picture().caps.map(({ capW }) => capW)).toEqual([100_000, 136_150]);
    await clock.advance(1_000);
    expect(seen.picture().caps.map(({ source }) => source)).toEqual(["price"]);
  });

  test("of too many caps the highest are forgotten, never the lowest", () => {
    const { inputs: seen } = inputs();
    for (let index = 0; index < 100; index += 1) {
      const cap = { atMs: startAtMs, capKw: 500 - index, reason: "test" };
      seen.onCap(`source-${index}`, { ...cap, expiresAtMs: startAtMs + 1_000 });
    }
    const watts = seen.picture().caps.map(({ capW }) => capW);
    expect(watts).toHaveLength(48);
    expect(Math.max(...watts)).toBe(448_000);
    expect(Math.min(...watts)).toBe(401_000);
  });
});
