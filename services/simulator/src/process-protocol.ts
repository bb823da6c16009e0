import type { Result } from "@ballast/kernel";
import type { FleetOptions, SiteSettings } from "@ballast/sim-devices";
import type { MinerCommand } from "@ballast/sim-plant";

/**
 * What a program asks of a simulator that runs in a process of its own. Instants are those of the
 * machine's stopwatch (`machineMonoMs`), so that both processes mean the same.
 */
export interface Exchanges {
  /** First of all, and once. */
  readonly start: { readonly request: SimulatedSite; readonly reply: { site: SiteSettings } };
  /** Undefined lets the story's own frequency come back. */
  readonly hold: {
    readonly request: { readonly frequencyHz: number | undefined };
    readonly reply: {
      /** When the meter's frequency register changed; undefined where it held that value. */
      readonly changedMonoMs: number | undefined;
    };
  };
  /** Cheap: it may be asked while a measurement runs. */
  readonly count: { readonly request: Record<string, never>; readonly reply: StopCounts };
  /** Commands that arrived since the last call, oldest first. */
  readonly take: {
    readonly request: Record<string, never>;
    readonly reply: { readonly commands: readonly SeenCommand[] };
  };
  /** What the miners do now. */
  readonly look: { readonly request: Record<string, never>; readonly reply: MinerCounts };
}
export type ExchangeName = keyof Exchanges;

/** How many miners, of which firmwares, and at which pace; and the story that they live through. */
export interface SimulatedSite extends Pick<FleetOptions, "minerCount" | "drivers" | "pace"> {
  readonly scenario: string;
}

/** Miners that were told to stop since the last `take`, each once. */
export interface StopCounts {
  readonly stoppedCount: number;
}

export interface SeenCommand {
  readonly minerId: string;
  readonly kind: MinerCommand;
  readonly atMonoMs: number;
  /** It ran, or was starting, and this command ends that: one cycle of wear. */
  readonly isCycle: boolean;
}

export interface MinerCounts {
  readonly runningCount: number;
  readonly stoppingCount: number;
  readonly sleepingCount: number;
}

export interface Request {
  readonly id: number;
  readonly name: ExchangeName;
  readonly body: Exchanges[ExchangeName]["request"];
}

export interface Reply {
  readonly id: number;
  readonly result: Result<Exchanges[ExchangeName]["reply"]>;
}
