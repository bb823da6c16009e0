/** What a manufacturer prints on the label. Units of one model are sold in bins around it. */
export interface MinerModel {
  readonly name: string;
  readonly vendor: "Bitmain" | "MicroBT" | "Canaan";
  readonly nameplateW: number;
  readonly nameplateThs: number;
  readonly boardCount: number;
  readonly fanCount: number;
}

/** Data sheets, at 25 to 35 °C and the standard mode. */
export const minerModels = [
  bitmain("S19", 3_250, 95),
  bitmain("S19 Pro", 3_250, 110),
  bitmain("S19j Pro", 3_068, 104),
  bitmain("S19k Pro", 2_760, 120),
  bitmain("S19 XP", 3_010, 140),
  bitmain("T21", 3_610, 190),
  bitmain("S21", 3_500, 200),
  bitmain("S21 Pro", 3_510, 234),
  bitmain("S21 XP", 3_645, 270),
  microBt("M30S++", 3_472, 112),
  microBt("M50", 3_306, 114),
  microBt("M50S", 3_276, 126),
  microBt("M60", 3_422, 172),
  microBt("M60S", 3_441, 186),
  canaan("A1246", 3_420, 90),
  canaan("A1366", 3_250, 130),
  canaan("A1466", 3_230, 150),
] as const satisfies readonly MinerModel[];

/**
 * The model that a miner's own words mean: `Antminer S19j Pro`, `M50SVH50`, `Avalon 1366`. A name
 * that only tells the hash boards, as `BHB42XXX`, means none: nothing is guessed from it.
 */
export function findModel(reported: string): MinerModel | undefined {
  const key = keyOf(reported);
  return minerModels.find(({ name }) => keyOf(name) === key);
}

function keyOf(name: string): string {
  const bare = name
    .toUpperCase()
    .replaceAll(/[\s_-]/g, "")
    .replace(/^(?:BITMAIN)?ANTMINER|^(?:MICROBT)?WHATSMINER|^AVALON(?:MINER)?/, "");
  // MicroBT appends the board variant: M50SVH50 is an M50S.
  const family = /^(M\d\dS?\+*)V\w+$/.exec(bare)?.[1] ?? bare;
  return /^\d{4}/.test(family) ? `A${family}` : family;
}

function bitmain(name: string, nameplateW: number, nameplateThs: number): MinerModel {
  return { name, vendor: "Bitmain", nameplateW, nameplateThs, boardCount: 3, fanCount: 4 };
}

function microBt(name: string, nameplateW: number, nameplateThs: number): MinerModel {
  return { name, vendor: "MicroBT", nameplateW, nameplateThs, boardCount: 3, fanCount: 2 };
}

function canaan(name: string, nameplateW: number, nameplateThs: number): MinerModel {
  return { name, vendor: "Canaan", nameplateW, nameplateThs, boardCount: 3, fanCount: 4 };
}
