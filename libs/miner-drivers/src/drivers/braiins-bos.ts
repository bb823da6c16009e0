import { ok, type Result } from "@ballast/kernel";
import { cgminerClient } from "../cgminer/client.ts";
import { identityFrom } from "../cgminer/family.ts";
import { nominalThs, poolsFrom, summaryFields, textFrom } from "../cgminer/fields.ts";
import { modeJudge } from "../cgminer/mode.ts";
import { firstRowOf, type Reply } from "../cgminer/reply.ts";
import { celsiusFrom, rpmFrom, wattsFrom } from "../decode/numbers.ts";
import { defineMiner, type MinerConnection } from "../define-miner.ts";
import type { MinerLink } from "../exchange.ts";

const wakeMs = 600_000;
const reads = ["summary", "devs", "temps", "fans", "tunerstatus", "pools", "devdetails"] as const;

/**
 * Braiins OS over port 4028, which needs no credentials: whoever reaches the port may pause the
 * miner, so it belongs behind a firewall. A pause is forgotten when the miner restarts.
 */
export const braiinsBos = defineMiner({
  id: "braiins-bos",
  label: "Braiins OS, BOSMiner API",
  source: "Braiins OS 21.09 to 26.04, BOSMiner API on port 4028",
  tier: "draft",
  port: 4028,
  control: { kind: "on-off" },
  timing: { stopMs: 15_000, wakeMs },
  standbyW: 50,
  doesSleepSurviveReboot: false,
  connect,
});

function connect(link: MinerLink): MinerConnection {
  const client = cgminerClient(link);
  const mode = modeJudge(wakeMs);

  const order = async (command: "pause" | "resume"): Promise<Result<void>> => {
    const reply = await client.ask(command);
    if (!reply.ok) return reply;
    mode.ordered(command === "pause" ? "sleep" : "wake");
    return ok(undefined);
  };

  return {
    async identify() {
      const version = await client.ask("version");
      if (!version.ok) return version;
      const identity = identityFrom(version.value, "braiins-bos", [
        "BOSer",
        "BOSminer+",
        "BOSminer",
      ]);
      if (!identity.ok) return identity;
      // A paused miner has no devices to detail: the model stays unknown then.
      const details = await client.ask("devdetails");
      const model = details.ok
        ? textFrom(firstRowOf(details.value, "DEVDETAILS")["Model"])
        : undefined;
      return ok({ ...identity.value, model });
    },

    async read() {
      const replies = await client.askAll(reads);
      if (!replies.ok) return replies;
      const { of, rows } = replies.value;
      const summary = of("summary");
      if (!summary.ok) return summary;
      const fields = {
        ...summaryFields(firstRowOf(summary.value, "SUMMARY")),
        expectedThs: nominalThs(rows("devs")),
        pools: poolsFrom(rows("pools")),
      };
      const temperatures = rows("temps");
      const [tuner = {}] = rows("tunerstatus");
      const powerW = wattsFrom(tuner["ApproximateMinerPowerConsumption"]);
      return ok({
        ...fields,
        mode: mode.judge({ ...fields, isDormant: isDormant(of("devdetails")) }),
        powerW,
        powerSource: powerW === undefined ? "unknown" : "estimated",
        powerLimitW: wattsFrom(tuner["PowerLimit"]),
        boardTemperaturesC: temperatures.flatMap((row) => celsiusFrom(row["Board"]) ?? []),
        chipTemperatureMaxC: maxOf(temperatures.flatMap((row) => celsiusFrom(row["Chip"]) ?? [])),
        fansRpm: rows("fans").flatMap((row) => rpmFrom(row["RPM"]) ?? []),
        faults: [],
        firmware: summary.value.description,
      });
    },

    sleep: () => order("pause"),
    wake: () => order("resume"),
  };
}

/** While paused, the details are "Unavailable"; known from the code of one client library only. */
function isDormant(devdetails: Result<Reply>): boolean {
  const text = devdetails.ok ? devdetails.value.message : devdetails.fault.detail;
  return /\bunavailable\b/i.test(text);
}

const maxOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : Math.max(...values);
