import { ok } from "@ballast/kernel";
import type { MinerConnection, MinerDriver } from "./define-miner.ts";
import type { LinkMemory } from "./exchange.ts";

/** For tests: one command as a driver sent it. */
export interface Asked {
  readonly command: string;
  readonly parameter?: string;
}

export interface ScriptedMiner {
  readonly connection: MinerConnection;
  /** What was asked so far: `summary`, `ascdisable|0`. */
  readonly asked: readonly string[];
}

/** For tests: a miner that answers each command from a script, and writes down what it was asked. */
export function scriptedMiner(
  driver: MinerDriver,
  answer: (asked: Asked) => object,
  memory?: LinkMemory,
): ScriptedMiner {
  const asked: string[] = [];
  const connection = driver.connect({
    host: "127.0.0.1",
    port: 4_028,
    deadlineMs: 1_000,
    ...(memory && { memory }),
    exchange: async ({ request }) => {
      const sent: Asked = JSON.parse(new TextDecoder().decode(request));
      asked.push(sent.parameter === undefined ? sent.command : `${sent.command}|${sent.parameter}`);
      return ok(new TextEncoder().encode(`${JSON.stringify(answer(sent))}\0`));
    },
  });
  return { connection, asked };
}

export const success = (sections: object = {}, description = "cgminer 4.11.1"): object => ({
  STATUS: [{ STATUS: "S", When: 1_790_000_000, Code: 1, Msg: "", Description: description }],
  ...sections,
  id: 1,
});

export const refusal = (code: number, message = ""): object => ({
  STATUS: [{ STATUS: "E", When: 1_790_000_000, Code: code, Msg: message, Description: "x" }],
  id: 1,
});

export const joined = (parts: Readonly<Record<string, object>>): object => ({
  ...Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, [part]])),
  id: 1,
});
