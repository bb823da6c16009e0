import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { assert } from "@ballast/kernel";
import type { SiteSettings } from "@ballast/sim-devices";
import type {
  ExchangeName,
  Exchanges,
  MinerCounts,
  Reply,
  Request,
  SeenCommand,
  SimulatedSite,
  StopCounts,
} from "./process-protocol.ts";

/** Built, also where this file runs from its source: a process starts without a test's loader. */
const program = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/** A simulated site in a process of its own, so that it takes no time from what is measured. */
export interface SimulatorProcess {
  readonly site: SiteSettings;
  /** Answers when the meter's register changed, on the machine's stopwatch. */
  hold(frequencyHz: number | undefined): Promise<number | undefined>;
  count(): Promise<StopCounts>;
  take(): Promise<readonly SeenCommand[]>;
  look(): Promise<MinerCounts>;
  stop(): Promise<void>;
}

/** Its life hangs on ours: it ends with this process, however that ends. */
export async function forkSimulator(options: SimulatedSite): Promise<SimulatorProcess> {
  const child = fork(program, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const ask = asker(child);
  const { site } = await ask("start", options);
  return {
    site,
    hold: async (frequencyHz) => (await ask("hold", { frequencyHz })).changedMonoMs,
    count: () => ask("count", {}),
    take: async () => (await ask("take", {})).commands,
    look: () => ask("look", {}),
    stop: async () => {
      const gone = once(child, "exit");
      if (child.connected) child.disconnect();
      if (child.exitCode === null && child.signalCode === null) await gone;
    },
  };
}

type Ask = <Name extends ExchangeName>(
  name: Name,
  body: Exchanges[Name]["request"],
) => Promise<Exchanges[Name]["reply"]>;

interface Waiting {
  readonly resolve: (body: Exchanges[ExchangeName]["reply"]) => void;
  readonly reject: (problem: Error) => void;
}

function asker(child: ChildProcess): Ask {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  child.on("message", ({ id, result }: Reply) => {
    const asked = waiting.get(id);
    assert(asked !== undefined, "the simulator answers what it was asked, once");
    waiting.delete(id);
    if (result.ok) asked.resolve(result.value);
    else asked.reject(new Error(result.fault.detail));
  });
  child.on("exit", (code, signal) => {
    for (const { reject } of waiting.values()) {
      reject(new Error(`the simulator has ended (${signal ?? code}); is it built?`));
    }
    waiting.clear();
  });
  return (name, body) =>
    new Promise((resolve, reject) => {
      lastId += 1;
      // The reply to this id is the one that its name promises.
      waiting.set(lastId, { resolve: resolve as Waiting["resolve"], reject });
      const request: Request = { id: lastId, name, body };
      child.send(request, (problem) => {
        if (problem !== null && waiting.delete(request.id)) reject(problem);
      });
    });
}
