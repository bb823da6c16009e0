import type { Outgoing } from "@ballast/bus";
import { addressOf, gridFrequency, loadTarget } from "@ballast/contracts";
import { assertDefined, machineMonoMs, type Random, seededRandom } from "@ballast/kernel";
import type { SimulatedDriverId } from "@ballast/sim-devices";
import { meterId, type SeenCommand } from "@ballast/simulator";
import { spreadOf } from "./percentiles.ts";
import type { ShedReport } from "./report.ts";
import { isAllRunning, openSite, type RunningSite } from "./running-site.ts";
import { type ShedTimes, type ShedTrace, shedTimes, stageSpreads } from "./shed-stages.ts";
import { quickReturn } from "./site-text.ts";
import { until } from "./until.ts";

export interface ShedOptions {
  readonly minerCount: number;
  readonly eventCount: number;
  readonly drivers: readonly SimulatedDriverId[] | undefined;
  readonly tell: (line: string) => void;
}

const calmHz = 50;
/** Below the last stage, which stops everybody, and above the emergency, which needs one sample. */
const lowHz = 49.45;
/** A step of the grid falls at any moment between two polls of the meter. */
const pollMs = 50;
/** A shed that took longer has failed; nobody waits for its numbers. */
const shedWithinMs = 10_000;
/** The first return waits until the site trusts the grid again, a minute after its start. */
const returnWithinMs = 150_000;
const countEveryMs = 20;
const pace = {
  stopMs: 100,
  bootMs: { minMs: 100, maxMs: 200 },
  rampMs: { minMs: 100, maxMs: 200 },
};

/** From the register of the meter to the last stop at its miner, many times over. */
export async function benchShed({
  minerCount,
  eventCount,
  drivers,
  tell,
}: ShedOptions): Promise<ShedReport> {
  const watch = new PublishWatch();
  tell(`starting ${minerCount} simulated miners and the services`);
  const site = await openSite({
    simulated: { scenario: "calm-day", minerCount, pace, ...(drivers && { drivers }) },
    settings: quickReturn,
    onPublish: (message) => watch.note(message),
  });
  const random = seededRandom(1);
  const times: ShedTimes[] = [];
  const failures: string[] = [];
  try {
    for (let event = 1; event <= eventCount; event += 1) {
      const outcome = await shedOnce(site, { watch, random, minerCount });
      if (typeof outcome === "string") failures.push(`event ${event}: ${outcome}`);
      else times.push(outcome);
      tell(`event ${event} of ${eventCount}: ${wordsOf(outcome)}`);
    }
  } finally {
    await site.stop();
  }
  return {
    minerCount,
    eventCount,
    failures,
    total: spreadOf(times.map(({ totalMs }) => totalMs)),
    stages: stageSpreads(times),
  };
}

const wordsOf = (outcome: ShedTimes | string): string =>
  typeof outcome === "string" ? outcome : `${outcome.totalMs.toFixed(1)} ms`;

interface EventParts {
  readonly watch: PublishWatch;
  readonly random: Random;
  readonly minerCount: number;
}

/** One step of the grid and back, until all miners hash again; a sentence where it failed. */
async function shedOnce(
  site: RunningSite,
  { watch, random, minerCount }: EventParts,
): Promise<ShedTimes | string> {
  const { simulator, clock } = site;
  await clock.sleep(random.next() * 2 * pollMs);
  await simulator.take();
  watch.begin();
  const registerMonoMs = assertDefined(
    await simulator.hold(lowHz),
    "the step changes the register",
  );
  const isDone = await until(async () => (await simulator.count()).stoppedCount >= minerCount, {
    clock,
    deadlineMs: shedWithinMs,
    everyMs: countEveryMs,
  });
  const { samplesMonoMs, targets } = watch.end();
  const stopsMonoMs = firstStops(await simulator.take());
  await simulator.hold(calmHz);
  const sinceAtMs = clock.wallMs();
  const isBack = await isAllRunning(site, { sinceAtMs, deadlineMs: returnWithinMs });
  if (!isDone) return `${stopsMonoMs.length} of ${minerCount} stopped in ${shedWithinMs} ms`;
  if (!isBack) return `not all miners came back within ${returnWithinMs} ms`;
  const trace: ShedTrace = { registerMonoMs, samplesMonoMs, targets, stopsMonoMs };
  return shedTimes(trace, minerCount) ?? "the decision could not be followed on the bus";
}

/** A command that is repeated does not make a miner's stop any later. */
function firstStops(commands: readonly SeenCommand[]): readonly number[] {
  const first = new Map<string, number>();
  for (const { kind, minerId, atMonoMs } of commands) {
    if (kind === "sleep" && !first.has(minerId)) first.set(minerId, atMonoMs);
  }
  return [...first.values()];
}

/** Notes when samples and targets leave their service; idle between the events. */
class PublishWatch {
  readonly #frequency = addressOf(gridFrequency, { meterId });
  readonly #target = addressOf(loadTarget, {});
  #samplesMonoMs: number[] = [];
  #targets: { atMonoMs: number; targetKw: number }[] = [];
  #isOn = false;

  note({ address, text }: Outgoing): void {
    if (!this.#isOn) return;
    const atMonoMs = machineMonoMs();
    if (address === this.#frequency) this.#samplesMonoMs.push(atMonoMs);
    if (address !== this.#target) return;
    const { targetKw } = loadTarget.payload.parse(JSON.parse(text));
    this.#targets.push({ atMonoMs, targetKw });
  }

  begin(): void {
    this.#isOn = true;
    this.#samplesMonoMs = [];
    this.#targets = [];
  }

  end(): Pick<ShedTrace, "samplesMonoMs" | "targets"> {
    this.#isOn = false;
    return { samplesMonoMs: this.#samplesMonoMs, targets: this.#targets };
  }
}
