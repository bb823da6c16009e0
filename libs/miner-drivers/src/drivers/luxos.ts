import { type FaultCode, fail, ok, type Result } from "@ballast/kernel";
import { type CgminerClient, cgminerClient } from "../cgminer/client.ts";
import { identityFrom } from "../cgminer/family.ts";
import {
  booleanFrom,
  macFrom,
  nominalThs,
  poolsFrom,
  serialFrom,
  summaryFields,
  textFrom,
} from "../cgminer/fields.ts";
import { modeJudge } from "../cgminer/mode.ts";
import { type Fields, firstRowOf } from "../cgminer/reply.ts";
import { celsiusFrom, rpmFrom, terahashesFrom, wattsFrom } from "../decode/numbers.ts";
import { defineMiner, type MinerConnection, type MinerFault } from "../define-miner.ts";
import type { LinkMemory, MinerLink } from "../exchange.ts";

const wakeMs = 480_000;
const reads = ["summary", "config", "devs", "power", "temps", "fans", "pools", "events"] as const;

/** LuxOS on Antminers: reads are free, a change needs the device's one session. */
export const luxos = defineMiner({
  id: "luxos",
  label: "LuxOS",
  source: "LuxOS API on port 4028, firmware 2024 to 2025",
  tier: "draft",
  port: 4028,
  control: { kind: "on-off" },
  timing: { stopMs: 20_000, wakeMs },
  standbyW: 30,
  doesSleepSurviveReboot: true,
  // A session ends after 60 s without use; half of that forgives one renewal that fails.
  keepWarmMs: 30_000,
  connect,
});

function connect(link: MinerLink): MinerConnection {
  const client = cgminerClient(link);
  const mode = modeJudge(wakeMs);
  const session = sessionHolder(client, link.memory);

  const curtail = async (action: "sleep" | "wakeup"): Promise<Result<void>> => {
    const outcome = await session.use((id) => client.ask("curtail", `${id},${action}`));
    if (outcome.ok) mode.ordered(action === "sleep" ? "sleep" : "wake");
    return outcome;
  };

  return {
    async identify() {
      const replies = await client.askAll(["version", "config"]);
      if (!replies.ok) return replies;
      const version = replies.value.of("version");
      if (!version.ok) return version;
      const identity = identityFrom(version.value, "luxos", ["LUXminer", "Miner"]);
      if (!identity.ok) return identity;
      const [config = {}] = replies.value.rows("config");
      return ok({
        ...identity.value,
        model: identity.value.model ?? textFrom(config["Model"]),
        macAddress: macFrom(config["MACAddr"]),
        serialNumber: serialFrom(config["SerialNumber"]),
        hostname: textFrom(config["Hostname"]),
      });
    },

    async read() {
      const replies = await client.askAll(reads);
      if (!replies.ok) return replies;
      const { of, rows } = replies.value;
      const summary = of("summary");
      if (!summary.ok) return summary;
      const [config = {}] = rows("config");
      const [power = {}] = rows("power");
      const devs = rows("devs");
      const fields = {
        ...summaryFields(firstRowOf(summary.value, "SUMMARY")),
        expectedThs: nominalThs(devs) ?? terahashesFrom(config["NameplateTHS"], "TH"),
        pools: poolsFrom(rows("pools")),
      };
      const powerW = wattsFrom(power["Watts"]);
      const isMeasured = booleanFrom(power["PSU"]) === true;
      return ok({
        ...fields,
        mode: mode.judge({ ...fields, isAsleep: isAsleep(config), isRamping: isAnyRamping(devs) }),
        powerW,
        powerSource: powerW === undefined ? "unknown" : isMeasured ? "measured" : "estimated",
        ...temperatureFields(rows("temps")),
        fansRpm: rows("fans").flatMap((row) => rpmFrom(row["RPM"]) ?? []),
        faults: rows("events").flatMap(faultOf),
        macAddress: macFrom(config["MACAddr"]),
        firmware: summary.value.description,
      });
    },

    sleep: () => curtail("sleep"),
    wake: () => curtail("wakeup"),
    keepWarm: () => session.keepWarm(),
  };
}

/** Any curtailment but "None" is one. */
function isAsleep(config: Fields): boolean | undefined {
  const mode = textFrom(config["CurtailMode"])?.toLowerCase();
  return mode === undefined ? undefined : mode !== "none";
}

const isAnyRamping = (devs: readonly Fields[]): boolean =>
  devs.some((row) => booleanFrom(row["IsRamping"]) === true);

/** The left sensors sit in the exhaust, the right ones in the intake. */
function temperatureFields(temps: readonly Fields[]) {
  const read = (row: Fields, names: readonly string[]): readonly number[] =>
    names.flatMap((name) => celsiusFrom(row[name]) ?? []);
  const intakeC = temps.flatMap((row) => read(row, ["TopRight", "BottomRight"]));
  return {
    boardTemperaturesC: temps.flatMap((row) => {
      const exhaustC = read(row, ["TopLeft", "BottomLeft"]);
      return exhaustC.length === 0 ? [] : [Math.max(...exhaustC)];
    }),
    inletC:
      intakeC.length === 0
        ? undefined
        : intakeC.reduce((sum, value) => sum + value, 0) / intakeC.length,
  };
}

function faultOf(event: Fields): readonly MinerFault[] {
  const code = textFrom(event["Code"]);
  return code === undefined ? [] : [{ code, text: textFrom(event["Description"]) ?? code }];
}

const isRefusal = (code: FaultCode): boolean =>
  code === "device.refused" || code === "device.unauthorised";

interface SessionHolder {
  use(command: (id: string) => Promise<Result<unknown>>): Promise<Result<void>>;
  keepWarm(): Promise<Result<void>>;
}

/**
 * The session is a lock against other tools, not a right. We never take over a foreign one: whoever
 * holds it is in the middle of a change. Between changes it is given back, unless kept warm. One of
 * our own, from before a restart, would lock us out for a minute: that one we take up again.
 */
function sessionHolder(client: CgminerClient, memory: LinkMemory | undefined): SessionHolder {
  let session: Promise<Result<string>> | undefined;
  let isKeptWarm = false;

  const logOn = async (): Promise<Result<string>> => {
    const reply = await client.ask("logon");
    if (!reply.ok) return reply.fault.code === "device.busy" ? takeUpOwn(reply) : reply;
    const id = textFrom(firstRowOf(reply.value, "SESSION")["SessionID"]);
    if (id === undefined) return fail("device.garbled", "logon without a session");
    memory?.remember(id);
    return ok(id);
  };

  const takeUpOwn = async (busy: Result<never>): Promise<Result<string>> => {
    const ownId = memory?.recall();
    if (ownId === undefined) return busy;
    const shown = await client.ask("session");
    const heldId = shown.ok ? textFrom(firstRowOf(shown.value, "SESSION")["SessionID"]) : undefined;
    return heldId === ownId ? ok(ownId) : busy;
  };

  /** Everyone who asks meanwhile waits for the same login. */
  const hold = async (opening: Promise<Result<string>>): Promise<Result<string>> => {
    session = opening;
    const opened = await opening;
    if (!opened.ok && session === opening) session = undefined;
    return opened;
  };

  const giveBack = async (): Promise<void> => {
    const held = await session;
    session = undefined;
    // When this fails, the session is gone already or ends by itself within a minute.
    if (held?.ok) await client.ask("logoff", held.value);
  };

  return {
    async use(command) {
      const isFresh = session === undefined;
      const opened = await (session ?? hold(logOn()));
      if (!opened.ok) return opened;
      let outcome = await command(opened.value);
      // A session that has expired unnoticed shows as a refusal; one new login settles it.
      if (!outcome.ok && isRefusal(outcome.fault.code) && !isFresh) {
        const reopened = await hold(logOn());
        outcome = reopened.ok ? await command(reopened.value) : reopened;
      }
      if (!isKeptWarm) await giveBack();
      return outcome.ok ? ok(undefined) : outcome;
    },

    async keepWarm() {
      isKeptWarm = true;
      // No read is documented to prolong a session, so it is renewed. This also finds it lost.
      const previous = session;
      const opened = await hold(
        (async () => {
          const held = await previous;
          if (held?.ok) await client.ask("logoff", held.value);
          return logOn();
        })(),
      );
      return opened.ok ? ok(undefined) : opened;
    },
  };
}
