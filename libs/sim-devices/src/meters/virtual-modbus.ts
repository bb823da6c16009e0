import { assert, type Clock, fail, ok, type Random, type Result } from "@ballast/kernel";
import { exceptionFault, type ModbusLink, type OpenModbus } from "@ballast/modbus";
import type { SimulatedMeter } from "./simulated-meter.ts";

export interface VirtualModbusOptions {
  readonly random: Random;
  /** By `host:port`. Nothing answers anywhere else. */
  readonly meters: ReadonlyMap<string, SimulatedMeter>;
  /** One reply takes between these; uniform. Some 5 to 15 ms on Ethernet. */
  readonly latencyMinMs: number;
  readonly latencyMaxMs: number;
}

/** Stands in for `openModbusTcp` where time is virtual. Keeps its rules: one odd byte ends a link. */
export function virtualModbus(options: VirtualModbusOptions): OpenModbus {
  const { random, meters, latencyMinMs, latencyMaxMs } = options;
  const latencyMs = (): number => latencyMinMs + random.next() * (latencyMaxMs - latencyMinMs);
  return async ({ host, port, connectDeadlineMs, deadlineMs, clock }) => {
    const meter = meters.get(`${host}:${port}`);
    if (meter === undefined || meter.fault.kind === "dead") {
      await clock.sleep(connectDeadlineMs);
      return fail("device.unreachable", `${host}:${port}: no connection`);
    }
    await clock.sleep(latencyMs());
    return ok(virtualLink(meter, { clock, deadlineMs, latencyMs }));
  };
}

interface Line {
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly latencyMs: () => number;
}

function virtualLink(meter: SimulatedMeter, { clock, deadlineMs, latencyMs }: Line): ModbusLink {
  let isOpen = true;
  let isBusy = false;
  const breakOff = (fault: Result<never>): Result<never> => {
    isOpen = false;
    return fault;
  };
  const exchange = async (
    request: Parameters<ModbusLink["read"]>[0],
  ): Promise<Result<Uint16Array>> => {
    if (!isOpen) return fail("device.closed", "the connection has ended");
    const replyMs = latencyMs();
    // The meter takes its registers half-way between request and reply.
    await clock.sleep(replyMs / 2);
    const answer = meter.answer(request, clock.monotonicMs());
    const isLate = answer.kind === "words" && replyMs + answer.delayMs > deadlineMs;
    if (isLate || answer.kind === "silent" || answer.kind === "truncated") {
      await clock.sleep(deadlineMs - replyMs / 2);
      return breakOff(fail("device.silent", `no reply within ${deadlineMs} ms`));
    }
    await clock.sleep(replyMs / 2 + (answer.kind === "words" ? answer.delayMs : 0));
    switch (answer.kind) {
      case "words":
        return isOpen ? ok(answer.words) : fail("device.closed", "closed from this side");
      case "exception":
        return exceptionFault(answer.code);
      case "garbage":
      case "stray":
        return breakOff(fail("device.garbled", "a reply that nobody asked for"));
      case "hang-up":
        return breakOff(fail("device.closed", "the connection has ended"));
    }
  };
  return {
    isOpen: () => isOpen,
    close: async () => {
      isOpen = false;
    },
    async read(request) {
      assert(!isBusy, "one request at a time on a connection");
      isBusy = true;
      const outcome = await exchange(request);
      isBusy = false;
      return outcome;
    },
  };
}
