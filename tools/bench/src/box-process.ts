import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../../services/box/dist/main.js", import.meta.url));

/** All services as a program of their own, as on site: it can be killed. */
export class BoxProcess {
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  constructor({
    sitePath,
    dataFolder,
  }: { readonly sitePath: string; readonly dataFolder: string }) {
    this.#args = [program, "--site", sitePath, "--data", dataFolder, "--plain", "--no-history"];
  }

  start(): void {
    this.#child = spawn(process.execPath, this.#args, { stdio: ["ignore", "ignore", "inherit"] });
  }

  isAlive(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** `SIGKILL` gives it no chance to write another byte; `SIGTERM` lets it close its journals. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.isAlive()) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }
}
