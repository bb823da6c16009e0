import { fail, ok, type Result } from "@ballast/kernel";
import { type CgminerClient, cgminerClient } from "../cgminer/client.ts";
import { identityFrom } from "../cgminer/family.ts";
import { poolsFrom, summaryFields } from "../cgminer/fields.ts";
import { modeJudge } from "../cgminer/mode.ts";
import { type Fields, firstRowOf, type Reply, rowsOf } from "../cgminer/reply.ts";
import { celsiusFrom, countFrom } from "../decode/numbers.ts";
import { defineMiner, type MinerConnection, type MinerFault } from "../define-miner.ts";
import type { MinerLink } from "../exchange.ts";

const wakeMs = 300_000;
/** BFGMiner lists every processor; more than this is not one miner. */
const unitsMax = 256;

/**
 * CGMiner, BFGMiner and what descends from them without a driver of its own. There is no pause in
 * this protocol: sleeping is switching off every unit that the miner reports. Chips may stay
 * powered, so the real standby power must be measured, and a restart switches the units on again.
 */
export const cgminer = defineMiner({
  id: "cgminer",
  label: "CGMiner or BFGMiner, generic",
  source: "CGMiner 4.11 API-README; BFGMiner 5.5 README.RPC",
  tier: "draft",
  port: 4028,
  control: { kind: "on-off" },
  timing: { stopMs: 30_000, wakeMs },
  standbyW: 100,
  doesSleepSurviveReboot: false,
  connect,
});

function connect(link: MinerLink): MinerConnection {
  const client = cgminerClient(link);
  const mode = modeJudge(wakeMs);
  const units = unitSwitch(client);

  return {
    async identify() {
      const version = await client.ask("version");
      if (!version.ok) return version;
      return identityFrom(version.value, "cgminer", ["CGMiner", "BFGMiner", "Miner"]);
    },

    async read() {
      const replies = await client.askAll(["summary", "devs", "pools"]);
      if (!replies.ok) return replies;
      const { of, rows } = replies.value;
      const summary = of("summary");
      if (!summary.ok) return summary;
      const devs = rows("devs");
      units.learn(of("devs"));
      const fields = {
        ...summaryFields(firstRowOf(summary.value, "SUMMARY")),
        pools: poolsFrom(rows("pools")),
      };
      return ok({
        ...fields,
        mode: mode.judge({ ...fields, isAsleep: areAllDisabled(devs) }),
        powerSource: "unknown",
        boardTemperaturesC: devs.flatMap((row) => temperatureOf(row) ?? []),
        fansRpm: [],
        faults: devs.flatMap(faultOf),
        firmware: summary.value.description,
      });
    },

    async sleep() {
      const switched = await units.switchAll("disable");
      if (switched.ok) mode.ordered("sleep");
      return switched;
    },

    async wake() {
      const switched = await units.switchAll("enable");
      if (switched.ok) mode.ordered("wake");
      return switched;
    },
  };
}

function areAllDisabled(devs: readonly Fields[]): boolean | undefined {
  const flags = devs.map((row) => row["Enabled"]);
  if (flags.length === 0 || flags.some((flag) => flag !== "Y" && flag !== "N")) return undefined;
  return flags.every((flag) => flag === "N");
}

/** Bitmain's builds misspell the field. */
const temperatureOf = (row: Fields): number | undefined =>
  celsiusFrom(row["Temperature"]) ?? celsiusFrom(row["Tenperature"]);

function faultOf(row: Fields): readonly MinerFault[] {
  const status = row["Status"];
  if (status !== "Sick" && status !== "Dead") return [];
  return [{ code: `unit-${status.toLowerCase()}`, text: `Unit ${labelOf(row)} is ${status}.` }];
}

const labelOf = (row: Fields): string =>
  String(countFrom(row["ASC"]) ?? countFrom(row["PGA"]) ?? countFrom(row["ID"]) ?? "unknown");

/** A unit by the words of its switch: `ascdisable|0`, `pgadisable|0`, `procdisable|0`. */
interface Unit {
  readonly family: "asc" | "pga" | "proc";
  readonly index: number;
}

interface UnitSwitch {
  /** What a poll says of the units, so that an urgent sleep needs no question first. */
  learn(devs: Result<Reply>): void;
  switchAll(to: "enable" | "disable"): Promise<Result<void>>;
}

function unitSwitch(client: CgminerClient): UnitSwitch {
  let units: readonly Unit[] = [];

  const findUnits = async (): Promise<Result<readonly Unit[]>> => {
    const devs = await client.ask("devs");
    if (!devs.ok) return devs;
    const list = isBfgminer(devs.value) ? await client.ask("procs") : devs;
    return list.ok ? unitsFrom(list.value) : list;
  };

  return {
    learn(devs) {
      if (!devs.ok || isBfgminer(devs.value)) return;
      const found = unitsFrom(devs.value);
      if (found.ok) units = found.value;
    },

    async switchAll(to) {
      if (units.length === 0) {
        const found = await findUnits();
        if (!found.ok) return found;
        units = found.value;
      }
      // All are tried: with one board refusing, the others still shed their share.
      let outcome: Result<void> = ok(undefined);
      for (const { family, index } of units) {
        const reply = await client.ask(`${family}${to}`, String(index));
        if (reply.ok) continue;
        outcome = reply;
        if (reply.fault.code !== "device.refused") break;
      }
      // A refusal may mean that the units are others than remembered.
      if (!outcome.ok) units = [];
      return outcome;
    },
  };
}

/** A BFGMiner device may have many processors, and only those have a switch. */
const isBfgminer = ({ description }: Reply): boolean => /bfgminer/i.test(description);

function unitsFrom(list: Reply): Result<readonly Unit[]> {
  const found = ["DEVS", "PROCS"].flatMap((section) =>
    rowsOf(list, section).flatMap((row) => unitFrom(row, isBfgminer(list))),
  );
  if (found.length === 0) return fail("device.unsupported", "reports no unit to switch");
  if (found.length > unitsMax) return fail("device.garbled", `reports ${found.length} units`);
  return ok(found);
}

function unitFrom(row: Fields, isProcessor: boolean): readonly Unit[] {
  const ascIndex = countFrom(row["ASC"]);
  const pgaIndex = countFrom(row["PGA"]);
  if (pgaIndex !== undefined) return [{ family: isProcessor ? "proc" : "pga", index: pgaIndex }];
  return ascIndex === undefined ? [] : [{ family: "asc", index: ascIndex }];
}
