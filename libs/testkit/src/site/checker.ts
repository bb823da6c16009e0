import type { Outgoing } from "@ballast/bus";
import type { ArrivedCommand } from "@ballast/sim-devices";
import type { Truth } from "./truth.ts";

export interface Violation {
  readonly checker: string;
  readonly monoMs: number;
  readonly detail: string;
}

/** One promise of the site. It sees the physics and the bus, never the code. */
export interface Checker {
  readonly name: string;
  /** A message that the broker accepted, as text. */
  readonly onMessage?: (message: Outgoing, monoMs: number) => void;
  /** A command that reached a miner. */
  readonly onCommand?: (command: ArrivedCommand) => void;
  /** Ten times a second. */
  readonly onTick?: (truth: Truth, monoMs: number) => void;
}

export type Report = (monoMs: number, detail: string) => void;
export type MakeChecker = (truth: Truth, report: Report) => Omit<Checker, "name">;

/** A checker by name; its violations are collected up to a limit, then only counted. */
export interface NamedChecker {
  readonly name: string;
  readonly make: MakeChecker;
}

export const defineChecker = (name: string, make: MakeChecker): NamedChecker => ({ name, make });
