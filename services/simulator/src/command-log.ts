import { machineMonoMs } from "@ballast/kernel";
import type { ArrivedCommand } from "@ballast/sim-devices";
import type { Plant } from "@ballast/sim-plant";
import type { SeenCommand, StopCounts } from "./process-protocol.ts";

/** Whoever forgets to take them gets the first ones. */
const commandsMax = 1_000_000;

/** Every command of the fleet, with the instant when it was read from the socket. */
export class CommandLog {
  #commands: SeenCommand[] = [];
  readonly #stopped = new Set<string>();

  /** Called before the miner obeys, so that its mode still tells what the command ends. */
  note({ minerId, kind, monoMs }: ArrivedCommand, plant: Plant): void {
    const atMonoMs = machineMonoMs();
    if (kind === "sleep") this.#stopped.add(minerId);
    if (this.#commands.length >= commandsMax) return;
    const mode = plant.miner(minerId)?.stateAt(monoMs).mode;
    const isCycle = kind === "sleep" && (mode === "hashing" || mode === "starting");
    this.#commands.push({ minerId, kind, atMonoMs, isCycle });
  }

  counts(): StopCounts {
    return { stoppedCount: this.#stopped.size };
  }

  take(): readonly SeenCommand[] {
    const commands = this.#commands;
    this.#commands = [];
    this.#stopped.clear();
    return commands;
  }
}
