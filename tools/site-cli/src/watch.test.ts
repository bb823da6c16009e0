import { memoryBroker } from "@ballast/bus";
import { seededRandom, virtualClock } from "@ballast/kernel";
import { describe, expect, test } from "@jest/globals";
import { isWanted } from "./filter.ts";
import { brokerWaitMs, watch } from "./watch.ts";

const target = "ballast/v1/load/target";
const cap = "ballast/v1/load/caps/operator";

function openSite() {
  const clock = virtualClock();
  const broker = memoryBroker({ clock, random: seededRandom(1) });
  const meter = broker.connect("meter");
  const say = (address: string): Promise<unknown> =>
    meter.publish({ address, text: "{}", qos: 0, retain: false });
  const printed: string[] = [];
  const told: string[] = [];
  const follow = (filter?: string): Promise<boolean> =>
    watch({
      transport: broker.connect("watch"),
      clock,
      filter,
      isJson: false,
      print: (line) => printed.push(line),
      tell: (line) => told.push(line),
    });
  return { clock, broker, say, printed, told, follow };
}

test("every message on the bus is shown, also one that no topic describes", async () => {
  const { clock, say, printed, follow } = openSite();
  expect(await follow()).toBe(true);
  await say(target);
  await say("ballast/v1/something/else");
  await clock.advance(1_000);
  expect(printed).toHaveLength(2);
  expect(printed[1]).toContain("INVALID: no topic has this address");
});

test("a filter leaves out the rest", async () => {
  const { clock, say, printed, follow } = openSite();
  await follow("caps");
  await say(target);
  await say(cap);
  await clock.advance(1_000);
  expect(printed).toHaveLength(1);
  expect(printed[0]).toContain("load/caps/operator");
});

test("a broker that goes and comes back is told, and followed again", async () => {
  const { clock, broker, say, printed, told, follow } = openSite();
  await follow();
  broker.restart(5_000);
  await clock.advance(10_000);
  expect(told).toEqual(["The broker is gone; waiting for it.", "The broker is back."]);
  await say(target);
  await clock.advance(1_000);
  expect(printed).toHaveLength(1);
});

test("without a broker the wait ends", async () => {
  const { clock, broker, follow } = openSite();
  broker.restart(60_000);
  const isFollowing = follow();
  await clock.advance(brokerWaitMs);
  expect(await isFollowing).toBe(false);
});

describe("filter", () => {
  test.each([
    [undefined, target, true],
    ["target", target, true],
    ["caps", target, false],
    ["load/#", target, true],
    ["ballast/v1/load/+", target, true],
    ["load/+", cap, false],
    ["load/+/operator", cap, true],
  ])("%s, %s: %s", (filter, address, expected) => {
    expect(isWanted(filter, address)).toBe(expected);
  });
});
