import { virtualClock } from "@ballast/kernel";
import { expect, test } from "@jest/globals";
import { FakeMiner, plannedFakes } from "../test/fake-miners.ts";
import { Traffic } from "./config.ts";
import { Devices } from "./devices.ts";

function openDevices(count: number, limits: Partial<Traffic> = {}) {
  const clock = virtualClock();
  const fakes = Array.from({ length: count }, () => new FakeMiner(clock));
  const heard: string[] = [];
  const devices = new Devices({
    miners: plannedFakes(fakes),
    exchange: () => new Promise(() => undefined),
    memory: { of: () => ({ recall: () => undefined, remember: () => undefined }) },
    clock,
    traffic: { ...Traffic.parse({}), ...limits },
    events: {
      onReading: (index) => heard.push(`read ${index}`),
      onMiss: (index) => heard.push(`miss ${index}`),
      onAnswer: (index, wish, { ok }) => heard.push(`${wish} ${index} ${ok}`),
    },
  });
  const underWay = (): number => fakes.reduce((sum, fake) => sum + fake.callsUnderWay, 0);
  return { clock, devices, fakes, heard, underWay };
}

test("commands start within the call, up to their limit, and all get through", async () => {
  const { clock, devices, fakes, heard, underWay } = openDevices(100, {
    commandsParallelCount: 30,
  });
  for (let index = 0; index < 100; index += 1) devices.command(index, "sleep");
  expect(underWay()).toBe(30);
  await clock.advance(80);
  expect(heard).toHaveLength(100);
  expect(fakes.every(({ sleepsMonoMs }) => sleepsMonoMs.length === 1)).toBe(true);
});

test("reads have a limit of their own and do not use up the commands'", async () => {
  const { clock, devices, heard, underWay } = openDevices(50, { pollsParallelCount: 5 });
  for (let index = 0; index < 50; index += 1) devices.read(index);
  expect(underWay()).toBe(5);
  devices.command(49, "sleep");
  expect(underWay()).toBe(6);
  await clock.advance(210);
  expect(heard.filter((word) => word.startsWith("read"))).toHaveLength(50);
});

test("a command waits for the call under way, passes reads, and only the latest wish counts", async () => {
  const { clock, devices, fakes, heard } = openDevices(1);
  devices.read(0);
  devices.read(0);
  devices.read(0);
  devices.command(0, "sleep");
  devices.command(0, "wake");
  await clock.advance(100);
  expect(heard).toEqual(["read 0", "wake 0 true", "read 0"]);
  expect(fakes[0]?.sleepsMonoMs).toEqual([]);
  expect(fakes[0]?.callsUnderWayMax).toBe(1);
});

test("a reader that turns to a command does not hold up those who wait behind it", async () => {
  const { clock, devices, heard } = openDevices(4, {
    pollsParallelCount: 1,
    commandsParallelCount: 1,
  });
  for (const index of [0, 1, 2, 3]) devices.read(index);
  devices.command(1, "sleep");
  devices.command(2, "sleep");
  await clock.advance(200);
  expect([...heard].sort()).toEqual([
    "read 0",
    "read 1",
    "read 2",
    "read 3",
    "sleep 1 true",
    "sleep 2 true",
  ]);
});

test("a miner that does not answer is missed, and its place goes to the next", async () => {
  const { clock, devices, fakes, heard } = openDevices(2, { pollsParallelCount: 1 });
  for (const fake of fakes.slice(0, 1)) fake.habit = "silent";
  devices.read(0);
  devices.read(1);
  await clock.advance(3_100);
  expect(heard).toEqual(["miss 0", "read 1"]);
});

test("nobody new is asked while commands queue up", async () => {
  const { clock, devices, fakes, heard } = openDevices(10, { commandsParallelCount: 2 });
  for (let index = 0; index < 9; index += 1) devices.command(index, "sleep");
  devices.read(9);
  expect(fakes[9]?.readCount).toBe(0);
  expect(devices.areCommandsWaiting).toBe(true);
  await clock.advance(200);
  expect(devices.areCommandsWaiting).toBe(false);
  expect(heard).toHaveLength(10);
});

test("after closing nothing new begins", async () => {
  const { clock, devices, fakes } = openDevices(2, { pollsParallelCount: 1 });
  devices.read(0);
  devices.read(1);
  devices.close();
  devices.command(0, "sleep");
  await clock.advance(100);
  expect(fakes[0]?.sleepsMonoMs).toEqual([]);
  expect(fakes[1]?.readCount).toBe(0);
});

test("a stop goes out however late, a wake that waited too long does not", async () => {
  for (const [wish, expected] of [
    ["sleep", "sleep 0 true"],
    ["wake", "wake 0 false"],
  ] as const) {
    const { clock, devices, fakes, heard } = openDevices(1);
    if (fakes[0] !== undefined) fakes[0].habit = "silent";
    devices.read(0);
    await clock.advance(10);
    devices.command(0, wish);
    if (fakes[0] !== undefined) fakes[0].habit = "honest";
    await clock.advance(20_000);
    expect(heard.filter((word) => word.startsWith(wish))).toEqual([expected]);
  }
});
