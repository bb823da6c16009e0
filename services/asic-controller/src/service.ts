import { isFresh } from "@ballast/bus";
import { feederProof, loadTarget, minerCycle, minerFacts, wattsBelow } from "@ballast/contracts";
import { defineService, readText } from "@ballast/runtime";
import { AsicControllerConfig } from "./config.ts";
import { controlFleet } from "./control-fleet.ts";
import { parseFleetCsv } from "./fleet-csv.ts";
import { type PlannedMiner, planFleet } from "./fleet-plan.ts";
import { realPorts } from "./ports.ts";
import { published } from "./reports.ts";
import { tellFacts } from "./tell-facts.ts";

export const asicController = defineService({
  name: "asic-controller",
  summary: "Turns the target into miners awake and asleep, fairly, and proves it by measurement.",
  config: AsicControllerConfig,
  publishes: [...published, minerFacts],
  subscribes: [loadTarget, feederProof],
  keeps: [{ topic: minerCycle, whenFull: "all-stays" }],
  ports: realPorts,

  async start(context) {
    const { clock, config, subscribe } = context;
    const miners = await minersOf(config);
    const fleet = await controlFleet(miners, context);
    await subscribe(loadTarget, ({ payload, receivedMonoMs }) => {
      const { atMs, binding, decisionId, phase, supplyKw, targetKw } = payload;
      // How old it was on arrival, by the calendar; from then on only the stopwatch counts.
      const arrivedMs = Math.max(0, clock.wallMs() - atMs);
      fleet.onTarget({
        targetW: Math.round(targetKw * 1_000),
        isFullRating: binding === "none",
        supplyW: supplyKw === undefined ? undefined : wattsBelow(supplyKw),
        isCalm: phase === "normal" || phase === "restoring",
        trueAtMonoMs: receivedMonoMs - arrivedMs,
        decisionId,
      });
    });
    await subscribe(feederProof, (message) => {
      if (!isFresh(message, feederProof, clock)) return;
      fleet.onFeederProof(message.params.feederId, message.payload);
    });
    const stopTelling = tellFacts(miners, context);
    return {
      stop: () => {
        stopTelling();
        return fleet.stop();
      },
    };
  },
});

/** All problems at once, each a sentence: whoever wrote the file reads them. */
export async function minersOf({
  fleetCsv,
  miners,
}: Pick<AsicControllerConfig, "fleetCsv" | "miners">): Promise<readonly PlannedMiner[]> {
  if (fleetCsv === undefined) return planFleet(miners).miners;
  const text = await readText(fleetCsv);
  if (!text.ok) throw new Error(`${fleetCsv} cannot be read: ${text.fault.detail}`);
  const csv = parseFleetCsv(text.value);
  const plan = planFleet([...miners, ...csv.miners]);
  const problems = [...csv.problems, ...plan.problems];
  if (problems.length > 0) throw new Error(`${fleetCsv}:\n${problems.join("\n")}`);
  return plan.miners;
}
