import type { GridEventRecord } from "../records.ts";
import type { MonthReport } from "./month-report.ts";
import { figures, page, table } from "./page.ts";
import { csvText, durationText, escapeHtml, instantText, numberText } from "./text.ts";

/** One page has room for the weakest; the table for spreadsheets has them all. */
const minersShownMax = 15;
const outagesShownMax = 12;

export function monthHtml(report: MonthReport): string {
  const { siteName, month, cost, currency = "" } = report;
  return page(`${siteName}: ${month}`, [
    `<h1>${escapeHtml(siteName)}, ${escapeHtml(month)}</h1>`,
    `<p class="quiet">${instantText(report.fromAtMs)} to ${instantText(report.untilAtMs)}</p>`,
    figures([
      ["Energy drawn", numberText(report.energyKwh, 0, "kWh")],
      ["Cost of energy", numberText(cost, 2, currency)],
      ["Uptime of the miners", percentText(report.uptimeRatio)],
      ["Available when wanted", percentText(report.availabilityRatio)],
      ["Grid events", String(report.eventsCount)],
      ["Lowest frequency", numberText(report.frequencyMinHz, 3, "Hz")],
      ["Highest frequency", numberText(report.frequencyMaxHz, 3, "Hz")],
      ["Stops of each miner", spreadText(report)],
    ]),
    `<p class="quiet">Measured: ${percentText(report.energyCoveredRatio)} of the energy's days, ${percentText(report.frequencyCoveredRatio)} of the month's minutes for frequency. What was not measured is in no figure.</p>`,
    "<h2>Worst grid events</h2>",
    table(
      ["started", "lowest", "fastest change", "lasted", "event"],
      report.worstEvents.map(eventRow),
    ),
    "<h2>Outages</h2>",
    ...outagesSection(report),
    "<h2>Miners, the least available first</h2>",
    ...minersSection(report),
  ]);
}

const percentText = (ratio: number | undefined): string =>
  numberText(ratio === undefined ? undefined : ratio * 100, 2, "%");

const spreadText = ({ cyclesMinCount, cyclesMaxCount, cyclesMeanCount }: MonthReport): string =>
  cyclesMinCount === undefined
    ? numberText(undefined, 0)
    : `${cyclesMinCount}–${cyclesMaxCount}, ø ${numberText(cyclesMeanCount, 1)}`;

const eventRow = ({
  id,
  atMs,
  endedAtMs,
  nadirHz,
  slopeMaxHzPerS,
}: GridEventRecord): readonly string[] => [
  instantText(atMs),
  numberText(nadirHz, 3, "Hz"),
  numberText(slopeMaxHzPerS, 3, "Hz/s"),
  endedAtMs === undefined ? "not over yet" : durationText(endedAtMs - atMs),
  id,
];

function outagesSection({ outages }: MonthReport): readonly string[] {
  if (outages.length === 0) return ["<p>None was recorded.</p>"];
  const rows = outages
    .slice(0, outagesShownMax)
    .map(({ what, subject, timesCount, lastedMs, isOpen }) => [
      `${what} ${subject}`,
      `${timesCount}`,
      `${durationText(lastedMs)}${isOpen ? ", not over yet" : ""}`,
    ]);
  const more = outages.length - rows.length;
  return [
    table(["what was gone", "times", "in all"], rows),
    ...(more > 0 ? [`<p class="quiet">And ${more} more with less time.</p>`] : []),
  ];
}

function minersSection({ miners }: MonthReport): readonly string[] {
  const weakest = [...miners].sort(
    (one, other) => (one.availabilityRatio ?? -1) - (other.availabilityRatio ?? -1),
  );
  const rows = weakest
    .slice(0, minersShownMax)
    .map(({ minerId, uptimeRatio, availabilityRatio, cyclesCount }) => [
      minerId,
      percentText(uptimeRatio),
      percentText(availabilityRatio),
      `${cyclesCount}`,
    ]);
  return [
    table(["miner", "uptime", "available when wanted", "stops"], rows, true),
    `<p class="quiet">${rows.length} of ${miners.length} miners; the CSV has all of them.</p>`,
  ];
}

/** The site's figures first, then one row for each miner. */
export function monthCsv(report: MonthReport): string {
  const { energyKwh, cost, currency, miners, outages } = report;
  return csvText([
    ["figure", "unit", "value"],
    ["energy", "kWh", energyKwh],
    ["cost", currency, cost],
    ["uptime", "1", report.uptimeRatio],
    ["availability", "1", report.availabilityRatio],
    ["lowest frequency", "Hz", report.frequencyMinHz],
    ["highest frequency", "Hz", report.frequencyMaxHz],
    ["grid events", "count", report.eventsCount],
    ...outages.map(({ what, subject, lastedMs }) => [`outage: ${what} ${subject}`, "ms", lastedMs]),
    [],
    ["miner", "uptime", "availability", "stops"],
    ...miners.map(({ minerId, uptimeRatio, availabilityRatio, cyclesCount }) => [
      minerId,
      uptimeRatio,
      availabilityRatio,
      cyclesCount,
    ]),
  ]);
}
