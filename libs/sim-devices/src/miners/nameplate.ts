import { assertDefined, hashText } from "@ballast/kernel";
import { type MinerModel, minerModels } from "@ballast/miner-drivers";
import type { MinerSpec } from "@ballast/sim-plant";

/** The model on the market that comes closest; a firmware has to call itself something. */
export function nearestModel(spec: MinerSpec): MinerModel {
  const distance = ({ nameplateW, nameplateThs }: MinerModel): number =>
    Math.abs(Math.log(nameplateW / spec.ratedW)) + Math.abs(Math.log(nameplateThs / spec.ratedThs));
  const byDistance = minerModels.toSorted((one, two) => distance(one) - distance(two));
  return assertDefined(byDistance[0], "there are models");
}

/** A locally administered address, stable for the id. */
export function macOf(minerId: string): string {
  const digits = hashText(minerId).toString(16).padStart(8, "0");
  return ["02", "00", ...(digits.match(/../g) ?? [])].join(":").toUpperCase();
}
