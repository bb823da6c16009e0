import type { Curve } from "./curve.ts";
import { escapeHtml } from "./text.ts";

export interface Line {
  readonly label: string;
  readonly curve: Curve;
  /** Told apart by their strokes as well: paper is often black and white. */
  readonly style: "strong" | "dashed" | "dotted";
  readonly color: string;
  /** A value that holds until the next one. */
  readonly isStep?: boolean;
}

export interface Panel {
  readonly label: string;
  readonly height: number;
  readonly lines: readonly Line[];
  readonly levels: readonly { readonly value: number; readonly label: string }[];
  readonly levelsLabel?: string;
  /** The scale reaches at least so far. */
  readonly include: readonly number[];
  readonly digits: number;
}

export interface Plot {
  readonly title: string;
  readonly fromAtMs: number;
  readonly untilAtMs: number;
  readonly zeroAtMs: number;
  readonly timeLabel: string;
  readonly panels: readonly Panel[];
}

const width = 720;
const left = 52;
const right = 92;
const inner = width - left - right;
const headHeight = 20;
const gapHeight = 12;
const footHeight = 32;
const ink = "#222";
const faint = "#ddd";
const strokes = {
  strong: "",
  dashed: ' stroke-dasharray="6 3"',
  dotted: ' stroke-dasharray="1.5 2.5"',
};
const widths = { strong: 1.6, dashed: 1.4, dotted: 1.4 };

/** Curves over one time axis, one panel above the other, as a picture that needs nothing else. */
export function plotSvg(plot: Plot): string {
  let top = 0;
  const panels = plot.panels.map((panel) => {
    const drawn = panelSvg(plot, panel, top + headHeight);
    top += headHeight + panel.height + gapHeight;
    return drawn;
  });
  const height = top + footHeight - gapHeight;
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(plot.title)}" xmlns="http://www.w3.org/2000/svg">`,
    ...panels,
    timeAxis(plot, top - gapHeight),
    "</svg>",
  ].join("\n");
}

const xOf = ({ fromAtMs, untilAtMs }: Plot, atMs: number): number =>
  left + ((atMs - fromAtMs) / Math.max(1, untilAtMs - fromAtMs)) * inner;

function panelSvg(plot: Plot, panel: Panel, top: number): string {
  const { fromAtMs, untilAtMs } = plot;
  const shown = panel.lines.map((line) => ({
    ...line,
    curve: line.curve.filter(({ atMs }) => fromAtMs <= atMs && atMs <= untilAtMs),
  }));
  const values = [...panel.include, ...shown.flatMap(({ curve }) => extremes(curve))];
  const step = niceStep(Math.max(...values) - Math.min(...values), 5);
  const low = Math.floor(Math.min(...values) / step + 1e-9) * step;
  const high = Math.max(low + step, Math.ceil(Math.max(...values) / step - 1e-9) * step);
  const yOf = (value: number): number =>
    top + panel.height - ((value - low) / (high - low)) * panel.height;
  const ticks = Array.from(
    { length: Math.round((high - low) / step) + 1 },
    (_, index) => low + index * step,
  );
  const bottom = top + panel.height;
  return [
    ...timeTicks(plot).map((atMs) => rule(xOf(plot, atMs), top, xOf(plot, atMs), bottom, faint)),
    ...ticks.flatMap((value) => [
      rule(left, yOf(value), left + inner, yOf(value), faint),
      text(left - 6, yOf(value) + 3.5, value.toFixed(panel.digits), "end"),
    ]),
    ...levelLines(panel, yOf),
    rule(xOf(plot, plot.zeroAtMs), top, xOf(plot, plot.zeroAtMs), bottom, "#888"),
    ...shown.map((line) => path(line, plot, yOf)),
    `<rect x="${left}" y="${top}" width="${inner}" height="${panel.height}" fill="none" stroke="${ink}" stroke-width="0.8"/>`,
    `<text x="12" y="${top + panel.height / 2}" transform="rotate(-90 12 ${top + panel.height / 2})" text-anchor="middle">${escapeHtml(panel.label)}</text>`,
    legend(panel, top - 8),
  ].join("\n");
}

const extremes = (curve: Curve): readonly number[] => {
  let [low, high] = [Infinity, -Infinity];
  for (const { value } of curve) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return curve.length === 0 ? [] : [low, high];
};

const labelDistance = 11;
const levelStroke = 'stroke="#8a8a8a" stroke-width="0.5"';

/** Every level has its line, and its label where all have room; else one label names the span. */
function levelLines({ levels }: Panel, yOf: (value: number) => number): readonly string[] {
  const sorted = [...levels].sort((one, other) => other.value - one.value);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  const lines = sorted.map(
    ({ value }) =>
      `<line x1="${left}" y1="${fixed(yOf(value))}" x2="${left + inner + 4}" y2="${fixed(yOf(value))}" ${levelStroke}/>`,
  );
  const spanHeight = yOf(last.value) - yOf(first.value);
  const isRoomy = spanHeight >= labelDistance * (sorted.length - 1);
  const label = (y: number, words: string): string =>
    text(left + inner + 7, y + 3.5, words, "start");
  if (isRoomy) return [...lines, ...sorted.map((level) => label(yOf(level.value), level.label))];
  return [...lines, label(yOf(first.value) + spanHeight / 2, `${last.label}–${first.label}`)];
}

function path(
  { curve, style, color, isStep = false }: Line,
  plot: Plot,
  yOf: (value: number) => number,
): string {
  if (curve.length === 0) return "";
  const stepMs = gapMs(curve);
  let data = "";
  let before: Curve[number] | undefined;
  for (const point of thinned(curve, plot)) {
    const [x, y] = [fixed(xOf(plot, point.atMs)), fixed(yOf(point.value))];
    // Where nothing was measured nothing is drawn: a line across would be an invention.
    const isGap = before === undefined || point.atMs - before.atMs > stepMs;
    if (isGap) data += `M${x} ${y}`;
    else data += isStep ? `H${x}V${y}` : `L${x} ${y}`;
    before = point;
  }
  return `<path d="${data}" fill="none" stroke="${color}" stroke-width="${widths[style]}" stroke-linejoin="round"${strokes[style]}/>`;
}

const gapMinMs = 3_000;

function gapMs(curve: Curve): number {
  const spanMs = (curve.at(-1)?.atMs ?? 0) - (curve[0]?.atMs ?? 0);
  return Math.max(gapMinMs, (5 * spanMs) / Math.max(1, curve.length - 1));
}

/** Of each pixel the lowest and the highest: no dip is lost, and no file grows without end. */
function thinned(curve: Curve, plot: Plot): Curve {
  if (curve.length <= 2 * inner) return curve;
  const buckets = new Map<number, { low: Curve[number]; high: Curve[number] }>();
  for (const point of curve) {
    const pixel = Math.floor(xOf(plot, point.atMs));
    const bucket = buckets.get(pixel);
    if (bucket === undefined) {
      buckets.set(pixel, { low: point, high: point });
      continue;
    }
    if (point.value < bucket.low.value) bucket.low = point;
    if (point.value > bucket.high.value) bucket.high = point;
  }
  return [...buckets.values()].flatMap(({ low, high }) => {
    if (low === high) return [low];
    return low.atMs < high.atMs ? [low, high] : [high, low];
  });
}

function legend({ lines, levels, levelsLabel = "" }: Panel, y: number): string {
  let x = left;
  const entries = lines.map(({ label, style, color }) => {
    const entry = `<line x1="${x}" y1="${y - 3.5}" x2="${x + 24}" y2="${y - 3.5}" stroke="${color}" stroke-width="${widths[style]}"${strokes[style]}/>${text(x + 29, y, label, "start")}`;
    x += 29 + label.length * 5.6 + 18;
    return entry;
  });
  if (levels.length > 0) {
    entries.push(
      `<line x1="${x}" y1="${y - 3.5}" x2="${x + 24}" y2="${y - 3.5}" ${levelStroke}/>${text(x + 29, y, levelsLabel, "start")}`,
    );
  }
  return entries.join("\n");
}

function timeAxis(plot: Plot, y: number): string {
  const ticks = timeTicks(plot).flatMap((atMs) => [
    rule(xOf(plot, atMs), y, xOf(plot, atMs), y + 4, ink),
    text(xOf(plot, atMs), y + 15, clockText(atMs - plot.zeroAtMs), "middle"),
  ]);
  return [...ticks, text(left + inner / 2, y + 28, plot.timeLabel, "middle")].join("\n");
}

const timeStepsS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400];
const timeTicksMax = 13;

function timeTicks({ fromAtMs, untilAtMs, zeroAtMs }: Plot): readonly number[] {
  const spanS = (untilAtMs - fromAtMs) / 1_000;
  const stepMs = (timeStepsS.find((stepS) => spanS / stepS <= timeTicksMax) ?? 28_800) * 1_000;
  const ticks: number[] = [];
  const first = Math.ceil((fromAtMs - zeroAtMs) / stepMs);
  for (let index = first; zeroAtMs + index * stepMs <= untilAtMs; index += 1) {
    ticks.push(zeroAtMs + index * stepMs);
  }
  return ticks;
}

function clockText(offsetMs: number): string {
  const seconds = Math.round(Math.abs(offsetMs) / 1_000);
  const sign = offsetMs < 0 ? "−" : "";
  return `${sign}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function niceStep(range: number, count: number): number {
  const rough = Math.max(range, 1e-3) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 2.5, 5].find((factor) => factor * power >= rough) ?? 10) * power;
}

const fixed = (value: number): string => String(Number(value.toFixed(1)));

const rule = (x1: number, y1: number, x2: number, y2: number, color: string): string =>
  `<line x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}" stroke="${color}" stroke-width="0.6"/>`;

const text = (x: number, y: number, words: string, anchor: "start" | "middle" | "end"): string =>
  `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}">${escapeHtml(words)}</text>`;
