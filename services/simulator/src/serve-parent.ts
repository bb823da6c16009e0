import {
  assertDefined,
  machineMonoMs,
  ok,
  type Result,
  realClock,
  seededRandom,
} from "@ballast/kernel";
import { simulatedFleet } from "@ballast/sim-devices";
import type { Plant } from "@ballast/sim-plant";
import { CommandLog } from "./command-log.ts";
import type {
  ExchangeName,
  Exchanges,
  MinerCounts,
  Reply,
  Request,
  SimulatedSite,
} from "./process-protocol.ts";
import { scenarioByName } from "./scenarios.ts";
import { type Simulator, startSimulator } from "./simulator.ts";

type Answers = {
  readonly [Name in ExchangeName]: (
    request: Exchanges[Name]["request"],
  ) => Promise<Result<Exchanges[Name]["reply"]>> | Result<Exchanges[Name]["reply"]>;
};

/** The simulator as a servant of the process that started it. Without that one it ends. */
export function serveParent(): void {
  const answers = answersOf(new SimulatedProcess());
  process.on("message", async ({ id, name, body }: Request) => {
    // Both ends come from one build; the name says which request this is.
    const answer = answers[name] as (request: Request["body"]) => ReturnType<Answers["start"]>;
    const result: Reply["result"] = await answer(body);
    const reply: Reply = { id, result };
    process.send?.(reply);
  });
  // Sent also when the parent was killed: the system closes its end of the channel.
  process.on("disconnect", () => process.exit(0));
  // Ctrl-C in a terminal reaches the whole group; the parent decides when this one ends.
  process.on("SIGINT", () => undefined);
}

class SimulatedProcess {
  readonly clock = realClock();
  readonly commands = new CommandLog();
  #simulator: Simulator | undefined;
  #frequencyChangedMonoMs: number | undefined;

  get running(): Simulator {
    return assertDefined(this.#simulator, "`start` comes first");
  }

  async start({ scenario, ...fleet }: SimulatedSite): Promise<Result<Simulator>> {
    const story = scenarioByName(scenario);
    if (!story.ok) return story;
    const random = seededRandom(1);
    const started = await startSimulator({
      clock: this.clock,
      random: random.fork("simulator"),
      seed: 1,
      scenario: story.value,
      fleet: simulatedFleet({ ...fleet, random: random.fork("fleet") }),
      minerPort: 0, // Several simulators can run beside each other.
      onCommand: (command) => this.commands.note(command, this.running.plant),
      onMeterChange: ({ quantities }) => {
        if (quantities.includes("frequencyHz")) this.#frequencyChangedMonoMs = machineMonoMs();
      },
    });
    if (started.ok) this.#simulator = started.value;
    return started;
  }

  hold(frequencyHz: number | undefined): number | undefined {
    this.#frequencyChangedMonoMs = undefined;
    this.running.holdFrequency(frequencyHz);
    return this.#frequencyChangedMonoMs;
  }
}

const answersOf = (simulated: SimulatedProcess): Answers => ({
  start: async (site) => {
    const started = await simulated.start(site);
    return started.ok ? ok({ site: started.value.site }) : started;
  },
  hold: ({ frequencyHz }) => ok({ changedMonoMs: simulated.hold(frequencyHz) }),
  count: () => ok(simulated.commands.counts()),
  take: () => ok({ commands: simulated.commands.take() }),
  look: () => ok(lookAt(simulated.running.plant, simulated.clock.monotonicMs())),
});

function lookAt(plant: Plant, nowMonoMs: number): MinerCounts {
  const counts = { runningCount: 0, stoppingCount: 0, sleepingCount: 0 };
  for (const miner of plant.miners) {
    const { mode } = miner.stateAt(nowMonoMs);
    if (mode === "hashing" || mode === "starting") counts.runningCount += 1;
    if (mode === "stopping") counts.stoppingCount += 1;
    if (mode === "sleeping") counts.sleepingCount += 1;
  }
  return counts;
}
