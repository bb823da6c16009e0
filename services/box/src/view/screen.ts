import { stripVTControlCharacters } from "node:util";
import type { SiteModel } from "./site-model.ts";
import { alarmText, decisionText, fleetText, kilowattText, supplyText, timeOf } from "./words.ts";

export interface ScreenOptions {
  readonly title: string;
  readonly elapsedMs: number;
  readonly nowMonoMs: number;
  readonly nominalHz: number;
  readonly columnCount: number;
  readonly rowCount: number;
}

const bold = (text: string): string => `\u001b[1m${text}\u001b[0m`;
const dim = (text: string): string => `\u001b[2m${text}\u001b[0m`;
const red = (text: string): string => `\u001b[31m${text}\u001b[0m`;
const green = (text: string): string => `\u001b[32m${text}\u001b[0m`;
const yellow = (text: string): string => `\u001b[33m${text}\u001b[0m`;

const sparks = "▁▂▃▄▅▆▇█";
const trendSpanHz = 0.7; // From well below the last stage up to a little above nominal.
const barColumns = 40;
const meterStaleMs = 1_500;

/** One picture of the site, line by line, never longer or wider than the terminal. */
export function screen(model: SiteModel, options: ScreenOptions): readonly string[] {
  const head = [
    `${bold("Ballast")}  ${options.title}  ${dim(`running ${clockText(options.elapsedMs)}`)}`,
    "",
    ...meterLines(model, options),
    trendLine(model, options),
    ...powerLines(model),
    ...(model.supply === undefined ? [] : [`${label("Supply")}${supplyText(model.supply)}`]),
    `${label("Miners")}${fleetLine(model)}`,
    "",
  ];
  const alarms = [...model.alarms.values()].slice(0, 5).map((alarm) => red(alarmText(alarm)));
  const foot = ["", dim("Ctrl-C stops the site; miners keep what they were told last.")];
  const alarmBlock = alarms.length === 0 ? [] : [bold("Alarms"), ...alarms, ""];
  const free = options.rowCount - head.length - alarmBlock.length - foot.length - 2;
  const decisions = model.decisions
    .slice(-Math.max(0, free))
    .map((decision) => `${dim(timeOf(decision.atMs))}  ${decisionText(decision)}`);
  const lines = [...head, ...alarmBlock, bold("Decisions"), ...decisions];
  const gap = Array.from({ length: Math.max(0, free - decisions.length) }, () => "");
  return [...lines, ...gap, ...foot]
    .slice(0, options.rowCount)
    .map((line) => clipped(line, options.columnCount));
}

const label = (text: string): string => text.padEnd(11);

function meterLines({ meters }: SiteModel, { nowMonoMs }: ScreenOptions): readonly string[] {
  if (meters.size === 0) return [`${label("Frequency")}${yellow("no meter heard yet")}`];
  return [...meters].map(([meterId, { frequencyHz, quality, state, receivedMonoMs }]) => {
    const isFresh = nowMonoMs - receivedMonoMs <= meterStaleMs;
    const value = isFresh && frequencyHz !== undefined ? `${frequencyHz.toFixed(3)} Hz` : "unknown";
    const paint = quality === "good" && state === "good" && isFresh ? green : red;
    return `${label("Frequency")}${paint(bold(value))}  ${meterId}: ${state}, ${quality}`;
  });
}

function trendLine({ trendHz }: SiteModel, { nominalHz, columnCount }: ScreenOptions): string {
  const bottomHz = nominalHz - trendSpanHz;
  const text = trendHz
    .slice(-(columnCount - 12))
    .map((frequencyHz) => {
      const position = (frequencyHz - bottomHz) / (trendSpanHz * 1.1);
      const step = Math.floor(Math.min(0.999, Math.max(0, position)) * sparks.length);
      return sparks[step];
    })
    .join("");
  return `${label("")}${dim(text)}`;
}

function powerLines({ target, fleet }: SiteModel): readonly string[] {
  const ratedKw = fleet?.ratedKw ?? target?.targetKw ?? 1;
  const line = (name: string, powerKw: number | undefined, note: string): string =>
    powerKw === undefined
      ? `${label(name)}${yellow("unknown")}`
      : `${label(name)}${kilowattText(powerKw).padStart(7)}  ${bar(powerKw / ratedKw)}  ${note}`;
  const why = target === undefined ? "" : `${target.phase}, bound by ${target.binding}`;
  return [
    line("Target", target?.targetKw, why),
    line("Measured", fleet?.measuredKw, `of ${kilowattText(ratedKw)} rated`),
  ];
}

function bar(ratio: number): string {
  const filledColumns = Math.round(Math.min(1, Math.max(0, ratio)) * barColumns);
  return "█".repeat(filledColumns) + dim("░".repeat(barColumns - filledColumns));
}

function fleetLine(model: SiteModel): string {
  const hasTrouble = (model.fleet?.unresponsiveCount ?? 0) + (model.fleet?.unknownCount ?? 0) > 0;
  return hasTrouble ? yellow(fleetText(model)) : fleetText(model);
}

function clockText(durationMs: number): string {
  const totalS = Math.floor(durationMs / 1_000);
  const minutes = Math.floor(totalS / 60);
  return `${minutes}:${String(totalS % 60).padStart(2, "0")}`;
}

/** Cuts what would wrap, and leaves the colours of what fits alone. */
function clipped(line: string, columnCount: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length <= columnCount ? line : plain.slice(0, columnCount);
}
