import type { EventCurves, EventReport } from "./event-report.ts";
import { figures, page, table } from "./page.ts";
import { type Panel, plotSvg } from "./plot.ts";
import { productOf } from "./products.ts";
import type { Response } from "./response.ts";
import {
  crossingText,
  csvText,
  durationText,
  escapeHtml,
  instantText,
  numberText,
} from "./text.ts";

/** Before the start and after the end, as far as it is recorded. */
const marginMs = 30_000;
const closeUpMs = 60_000;
const closeUpBeforeMs = 10_000;
const unitsNamedMax = 12;

export function eventHtml(report: EventReport, curves: EventCurves): string {
  const { siteName, eventId, startedAtMs, endedAtMs, frequency } = report;
  const times = Object.values(curves).flatMap((curve) => curve.at(-1)?.atMs ?? []);
  const lastAtMs = endedAtMs ?? Math.max(startedAtMs, ...times);
  const lasted = endedAtMs === undefined ? "not over yet" : durationText(endedAtMs - startedAtMs);
  return page(`${siteName}: ${eventId}`, [
    `<h1>Grid event, ${escapeHtml(instantText(startedAtMs))}</h1>`,
    `<p class="quiet">${escapeHtml(siteName)} · meter ${escapeHtml(report.meterId)} · ${escapeHtml(eventId)} · lasted ${lasted}</p>`,
    figures([
      ["Lowest frequency", numberText(frequency.nadirHz, 3, "Hz")],
      [
        `Fastest change over ${frequency.slopeWindowMs / 1_000} s`,
        numberText(frequency.slopeMaxHzPerS, 3, "Hz/s"),
      ],
      ["Commanded shed", numberText(report.commanded.shedKw, 0, "kW")],
      ["Energy not drawn", numberText(bestOf(report).notDrawnKwh, 1, "kWh")],
    ]),
    "<section>",
    plotSvg({
      title: "Frequency and load during the event",
      fromAtMs: startedAtMs - marginMs,
      untilAtMs: lastAtMs + marginMs,
      zeroAtMs: startedAtMs,
      timeLabel: "time since the start of the event (min:s)",
      panels: panelsOf(report, curves, 96),
    }),
    "</section>",
    `<h2>The first minute</h2><section>`,
    plotSvg({
      title: "Frequency and load in the first minute",
      fromAtMs: startedAtMs - closeUpBeforeMs,
      untilAtMs: startedAtMs + closeUpMs,
      zeroAtMs: startedAtMs,
      timeLabel: "time since the start of the event (min:s)",
      panels: panelsOf(report, curves, 76),
    }),
    "</section>",
    ...responseTable(report),
    ...productSection(report),
    ...unitsSection(report),
  ]);
}

/** The meter is believed first. */
const bestOf = ({ measured, metered }: EventReport): Response =>
  metered.beforeKw === undefined ? measured : metered;

function panelsOf(report: EventReport, curves: EventCurves, height: number): readonly Panel[] {
  const { stagesHz, nominalHz } = report;
  return [
    {
      label: "frequency (Hz)",
      height,
      digits: 2,
      include: [nominalHz - 0.1, nominalHz + 0.1, ...stagesHz],
      levelsLabel: "stages of the shed (Hz)",
      levels: stagesHz.map((value) => ({ value, label: value.toFixed(3) })),
      lines: [
        {
          label: "frequency at the meter",
          curve: curves.frequencyHz,
          style: "strong",
          color: "#1b4f72",
        },
      ],
    },
    {
      label: "load (kW)",
      height,
      digits: 0,
      include: [0],
      levels: [],
      lines: [
        { label: "site, at the meter", curve: curves.meterKw, style: "strong", color: "#1d6b37" },
        { label: "miners, as they say", curve: curves.measuredKw, style: "dotted", color: "#444" },
        {
          label: "target of the miners",
          curve: curves.targetKw,
          style: "dashed",
          color: "#b03a2e",
          isStep: true,
        },
      ],
    },
  ];
}

const responseRows: readonly (readonly [string, (response: Response) => string])[] = [
  ["Load before", ({ beforeKw }) => numberText(beforeKw, 1, "kW")],
  ["Lowest load", ({ lowestKw }) => numberText(lowestKw, 1, "kW")],
  ["First response", ({ first }) => crossingText(first)],
  ["Half of the commanded shed", ({ half }) => crossingText(half)],
  ["All of it (95 % as measured)", ({ full }) => crossingText(full)],
  ["Return, first batch", ({ returnFirst }) => crossingText(returnFirst)],
  ["Return, all (95 % as measured)", ({ returnFull }) => crossingText(returnFull)],
  ["Energy not drawn", ({ notDrawnKwh }) => numberText(notDrawnKwh, 1, "kWh")],
  [
    "Share of the event that was seen",
    ({ coveredRatio }) => numberText(percent(coveredRatio), 1, "%"),
  ],
];

const percent = (ratio: number | undefined): number | undefined =>
  ratio === undefined ? undefined : ratio * 100;

function responseTable({ commanded, measured, metered }: EventReport): readonly string[] {
  const responses = [commanded, measured, metered];
  return [
    "<h2>Response</h2>",
    table(
      ["since the start of the event", "as commanded", "as the miners say", "as the meter saw"],
      responseRows.map(([label, show]) => [label, ...responses.map(show)]),
      true,
    ),
    '<p class="quiet">A range is the time between two samples: it happened somewhere in it. A negative time lies before the start, which is when the change had become plain.</p>',
  ];
}

function productSection({ product, criteria }: EventReport): readonly string[] {
  if (product === undefined) return [];
  const { label, evidence, source, triggerHz } = productOf(product);
  return [
    `<h2>Against the product: ${escapeHtml(label)}, trigger ${triggerHz} Hz</h2>`,
    table(
      ["requirement", "observed since the trigger", "verdict"],
      criteria.map(({ requirement, observed, verdict, why }) => [
        requirement,
        observed === undefined ? "–" : crossingText(observed),
        why === "" ? verdict : `${verdict}: ${why}`,
      ]),
    ),
    `<p class="quiet">${escapeHtml(source)}. Figures: ${escapeHtml(evidence)}. A measurement on site, not a prequalification.</p>`,
  ];
}

function unitsSection({ units, frequency }: EventReport): readonly string[] {
  const { unresponsiveIds, unconfirmedIds, stopsCount, startsCount } = units;
  const named = (ids: readonly string[]): string => {
    if (ids.length === 0) return "none";
    const more = ids.length > unitsNamedMax ? ` and ${ids.length - unitsNamedMax} more` : "";
    return `${ids.length}: ${ids.slice(0, unitsNamedMax).join(", ")}${more}`;
  };
  return [
    "<h2>Miners</h2>",
    `<p>${stopsCount} stops and ${startsCount} starts. Did not follow: ${escapeHtml(named(unresponsiveIds))}. Unconfirmed for a while: ${escapeHtml(named(unconfirmedIds))}.</p>`,
    `<p class="quiet">Longest time without a good frequency: ${numberText(frequency.gapMaxMs === undefined ? undefined : frequency.gapMaxMs / 1_000, 2, "s")}.</p>`,
  ];
}

/** The figures as rows of name, unit, and value. */
export function eventCsv(report: EventReport): string {
  const { frequency, units } = report;
  const rows: (readonly (string | number | undefined)[])[] = [
    ["figure", "unit", "value"],
    ["event", "", report.eventId],
    ["started", "", instantText(report.startedAtMs)],
    ["ended", "", report.endedAtMs === undefined ? "" : instantText(report.endedAtMs)],
    ["nadir", "Hz", frequency.nadirHz],
    ["zenith", "Hz", frequency.zenithHz],
    ["fastest change", "Hz/s", frequency.slopeMaxHzPerS],
  ];
  for (const name of ["commanded", "measured", "metered"] as const) {
    const { beforeKw, lowestKw, shedKw, notDrawnKwh, coveredRatio } = report[name];
    rows.push([`${name}: load before`, "kW", beforeKw], [`${name}: lowest load`, "kW", lowestKw]);
    rows.push([`${name}: shed`, "kW", shedKw], [`${name}: energy not drawn`, "kWh", notDrawnKwh]);
    rows.push([`${name}: covered`, "1", coveredRatio]);
    for (const step of ["first", "half", "full", "returnFirst", "returnFull"] as const) {
      rows.push([`${name}: ${step} earliest`, "ms", report[name][step]?.earliestMs]);
      rows.push([`${name}: ${step} latest`, "ms", report[name][step]?.latestMs]);
    }
  }
  rows.push(["stops", "count", units.stopsCount], ["starts", "count", units.startsCount]);
  rows.push(["unresponsive miners", "", units.unresponsiveIds.join(" ")]);
  rows.push(["unconfirmed miners", "", units.unconfirmedIds.join(" ")]);
  for (const { name, requirement, verdict } of report.criteria) {
    rows.push([`${name}: ${requirement}`, "verdict", verdict]);
  }
  return csvText(rows);
}
