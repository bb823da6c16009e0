import { fail, ok, type Result } from "@ballast/kernel";
import type { MinerIdentity } from "../define-miner.ts";
import { textFrom } from "./fields.ts";
import { type Fields, firstRowOf, type Reply } from "./reply.ts";

/** Firmwares that answer like CGMiner and have a driver of their own, by what `version` contains. */
const marks: readonly (readonly [RegExp, string])[] = [
  [/LUXMINER/i, "luxos"],
  [/BOSMINER|BOSER/i, "braiins-bos"],
];

/** The driver that the answer to `version` asks for; `cgminer` for all without one of their own. */
export function driverIdFor(version: Reply): string {
  const names = Object.keys(firstRowOf(version, "VERSION"));
  const text = [version.description, version.message, ...names].join(" ");
  return marks.find(([mark]) => mark.test(text))?.[1] ?? "cgminer";
}

/** What `version` tells of every firmware, once it is the one this driver is for. */
export function identityFrom(
  version: Reply,
  driverId: string,
  versionFields: readonly string[],
): Result<MinerIdentity> {
  const actualId = driverIdFor(version);
  if (actualId !== driverId) {
    const { description } = version;
    return fail(
      "device.mismatch",
      `"${description}" needs the driver ${actualId}, not ${driverId}`,
    );
  }
  const row: Fields = firstRowOf(version, "VERSION");
  const name = versionFields.find((field) => textFrom(row[field]) !== undefined);
  return ok({
    firmware: driverId,
    firmwareVersion: name === undefined ? textFrom(version.description) : textFrom(row[name]),
    apiVersion: textFrom(row["API"]),
    model: textFrom(row["Type"]),
  });
}
