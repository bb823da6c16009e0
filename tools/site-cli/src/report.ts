import { parseArgs } from "node:util";
import {
  type GridEventRecord,
  type HistoryReader,
  monthStart,
  type RecordKind,
  type RecordOf,
  type Selection,
} from "@ballast/history";
import {
  curvesOf,
  durationText,
  eventCsv,
  eventHtml,
  eventReport,
  instantText,
  monthCsv,
  monthHtml,
  monthReport,
  type ProductName,
  productNames,
} from "@ballast/history/reports";
import { dataFolderDefault } from "./find-database.ts";
import { defaultSitePath } from "./site-bus.ts";

export const reportHelp = `Tells what an event of the grid, or a month, was like.

  report list [--month YYYY-MM]    the events, newest first
  report event ID | --last         one event
  report month YYYY-MM             one month

  --format FORMAT   html (default), csv or json
  --out FILE        where it goes; otherwise to the terminal
  --product NAME    what the event is held against, if not what the site file says: ${productNames.join(", ")}
  --url URL         the database; else POSTGRES_URL, that of the site file, or that of npm start
  --site FILE       the site file (${defaultSitePath})
  --data FOLDER     where npm start keeps its database (${dataFolderDefault})
  -h, --help        this text
`;

/** What of the site belongs on a report, and is not in the database. */
export interface SiteFacts {
  readonly siteName: string;
  readonly nominalHz: number;
  readonly stagesHz: readonly number[];
  readonly product?: ProductName | undefined;
}

export interface ReportPorts {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly writeFile: (path: string, text: string) => Promise<void>;
  readonly nowAtMs: () => number;
  readonly site: (options: ReportOptions) => SiteFacts;
  /** Throws with a sentence where there is no database. */
  readonly openHistory: (
    options: ReportOptions,
  ) => Promise<{ readonly reader: HistoryReader; readonly close: () => Promise<void> }>;
}

export interface ReportOptions {
  readonly url: string | undefined;
  readonly sitePath: string | undefined;
  readonly dataFolder: string;
}

const formats = ["html", "csv", "json"] as const;
type Format = (typeof formats)[number];

/** Carries out one command line and answers its exit code. */
export async function reportCommand(args: readonly string[], ports: ReportPorts): Promise<number> {
  try {
    const parsed = read(args);
    if (parsed === undefined) {
      ports.out(reportHelp);
      return 0;
    }
    const history = await ports.openHistory(parsed.options);
    try {
      const text = await new Teller(parsed, history.reader, ports).tell();
      if (parsed.outPath === undefined) ports.out(text);
      else {
        await ports.writeFile(parsed.outPath, text);
        ports.err(`Written to ${parsed.outPath}.\n`);
      }
      return 0;
    } finally {
      await history.close();
    }
  } catch (error) {
    ports.err(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

type Wish =
  | { readonly kind: "list"; readonly month: string | undefined }
  | { readonly kind: "event"; readonly id: string | undefined }
  | { readonly kind: "month"; readonly month: string };

interface Parsed {
  readonly wish: Wish;
  readonly format: Format;
  readonly outPath: string | undefined;
  readonly product: ProductName | undefined;
  readonly options: ReportOptions;
}

function read(args: readonly string[]): Parsed | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      month: { type: "string" },
      last: { type: "boolean", default: false },
      format: { type: "string", default: "html" },
      out: { type: "string" },
      product: { type: "string" },
      url: { type: "string" },
      site: { type: "string" },
      data: { type: "string", default: dataFolderDefault },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  const format = formats.find((name) => name === values.format);
  if (format === undefined) throw new Error(`--format is one of ${formats.join(", ")}`);
  const product = productNames.find((name) => name === values.product);
  if (values.product !== undefined && product === undefined) {
    throw new Error(`--product is one of ${productNames.join(", ")}`);
  }
  const { url, site: sitePath, data: dataFolder } = values;
  const wish = wishOf(positionals, values);
  return { wish, format, outPath: values.out, product, options: { url, sitePath, dataFolder } };
}

function wishOf(
  [command, what, ...more]: readonly string[],
  { last, month }: { readonly last: boolean; readonly month?: string | undefined },
): Wish {
  if (more.length > 0) throw new Error(`"${more.join(" ")}" is one word too many; see --help`);
  switch (command) {
    case "list":
      if (month !== undefined) spanOf(month);
      return { kind: "list", month };
    case undefined:
    case "event":
      if ((what === undefined) !== last) throw new Error("report event ID, or --last; see --help");
      return { kind: "event", id: what };
    case "month":
      if (what === undefined) throw new Error("which month? report month YYYY-MM");
      spanOf(what);
      return { kind: "month", month: what };
    default:
      throw new Error(`"${command}" is no report; there are list, event and month`);
  }
}

/** A month of the calendar in UTC. */
function spanOf(month: string): { readonly fromAtMs: number; readonly untilAtMs: number } {
  const fromAtMs = /^\d{4}-(0[1-9]|1[0-2])$/.test(month)
    ? Date.parse(`${month}-01T00:00:00Z`)
    : NaN;
  if (Number.isNaN(fromAtMs)) throw new Error(`"${month}" is no month; write it as 2026-01`);
  return { fromAtMs, untilAtMs: monthStart(fromAtMs, 1) };
}

/** Far more than a month of a large site holds; a report says when it had to stop reading. */
const rowsMax = 500_000;
const listMax = 200;
const nearestMax = 5;
/** An event's cycles begin a little before it has become plain. */
const leadMs = 30_000;
/** An outage may have begun long before the month in which it ends. */
const outageLookBackMs = 366 * 86_400_000;

class Teller {
  readonly #parsed: Parsed;
  readonly #reader: HistoryReader;
  readonly #ports: ReportPorts;

  constructor(parsed: Parsed, reader: HistoryReader, ports: ReportPorts) {
    this.#parsed = parsed;
    this.#reader = reader;
    this.#ports = ports;
  }

  tell(): Promise<string> {
    const { wish } = this.#parsed;
    switch (wish.kind) {
      case "list":
        return this.#list(wish.month);
      case "event":
        return this.#event(wish.id);
      case "month":
        return this.#month(wish.month);
    }
  }

  async #list(month: string | undefined): Promise<string> {
    const span = month === undefined ? {} : spanOf(month);
    const events = await this.#rows("gridEvent", { ...span, countMax: listMax, order: "newest" });
    if (this.#parsed.format === "json") return `${JSON.stringify(events, undefined, 2)}\n`;
    if (events.length === 0) return "No event was recorded.\n";
    return events.map((event) => `${lineOf(event)}\n`).join("");
  }

  async #event(id: string | undefined): Promise<string> {
    const event = await this.#find(id);
    const { atMs, endedAtMs = this.#ports.nowAtMs() } = event;
    const [samples, cycles] = await Promise.all([
      this.#rows("gridEventSamples", { eventId: event.id, countMax: rowsMax }),
      this.#rows("cycle", { fromAtMs: atMs - leadMs, untilAtMs: endedAtMs + 1, countMax: rowsMax }),
    ]);
    const { format, product, options } = this.#parsed;
    const site = this.#ports.site(options);
    const report = eventReport({
      ...site,
      event,
      samples,
      cycles,
      product: product ?? site.product,
    });
    switch (format) {
      case "json":
        return `${JSON.stringify(report, undefined, 2)}\n`;
      case "csv":
        return eventCsv(report);
      case "html":
        return eventHtml(report, curvesOf(samples));
    }
  }

  async #find(id: string | undefined): Promise<GridEventRecord> {
    const selection = id === undefined ? { order: "newest" as const } : { ids: [id] };
    const [event] = await this.#rows("gridEvent", { ...selection, countMax: 1 });
    if (event !== undefined) return event;
    if (id === undefined) throw new Error("no event was recorded yet");
    const nearest = await this.#nearest(id);
    const lines = nearest.map((each) => `  ${lineOf(each)}\n`).join("");
    const hint = nearest.length === 0 ? "None was recorded yet." : `The nearest:\n${lines}`;
    throw new Error(`There is no event ${id}. ${hint}`.trimEnd());
  }

  async #nearest(id: string): Promise<readonly GridEventRecord[]> {
    const asked = instantIn(id) ?? this.#ports.nowAtMs();
    const [before, after] = await Promise.all([
      this.#rows("gridEvent", { untilAtMs: asked, countMax: nearestMax, order: "newest" }),
      this.#rows("gridEvent", { fromAtMs: asked, countMax: nearestMax }),
    ]);
    const away = ({ atMs }: GridEventRecord): number => Math.abs(atMs - asked);
    return [...before, ...after].sort((one, other) => away(one) - away(other)).slice(0, nearestMax);
  }

  async #month(month: string): Promise<string> {
    const span = spanOf(month);
    const untilAtMs = Math.min(span.untilAtMs, this.#ports.nowAtMs());
    if (untilAtMs <= span.fromAtMs) throw new Error(`${month} has not begun`);
    const selection = { fromAtMs: span.fromAtMs, untilAtMs, countMax: rowsMax };
    const outageFromAtMs = span.fromAtMs - outageLookBackMs;
    const [events, outages, energyDays, minerDays, cycles, frequencyMinutes] = await Promise.all([
      this.#rows("gridEvent", selection),
      this.#rows("outage", { ...selection, fromAtMs: outageFromAtMs }),
      this.#rows("energyDay", selection),
      this.#rows("minerDay", selection),
      this.#rows("cycle", selection),
      this.#rows("frequencyMinute", selection),
    ]);
    const { siteName } = this.#ports.site(this.#parsed.options);
    const report = monthReport({
      siteName,
      month,
      fromAtMs: span.fromAtMs,
      untilAtMs,
      events,
      outages: outages.filter(({ endedAtMs = Infinity }) => endedAtMs > span.fromAtMs),
      energyDays,
      minerDays,
      cycles,
      frequencyMinutes,
    });
    switch (this.#parsed.format) {
      case "json":
        return `${JSON.stringify(report, undefined, 2)}\n`;
      case "csv":
        return monthCsv(report);
      case "html":
        return monthHtml(report);
    }
  }

  async #rows<Kind extends RecordKind>(
    kind: Kind,
    selection: Selection,
  ): Promise<readonly RecordOf<Kind>[]> {
    const rows = await this.#reader.read(kind, selection);
    if (!rows.ok) throw new Error(`The database does not answer: ${rows.fault.detail}`);
    if (rows.value.length === rowsMax) {
      this.#ports.err(`Only the first ${rowsMax} records of ${kind} are in this report.\n`);
    }
    return rows.value;
  }
}

const lineOf = ({ id, atMs, endedAtMs, nadirHz, trigger }: GridEventRecord): string => {
  const lasted = endedAtMs === undefined ? "not over yet" : durationText(endedAtMs - atMs);
  const nadir = nadirHz === undefined ? "frequency unknown" : `${nadirHz.toFixed(3)} Hz`;
  return `${id}  ${instantText(atMs)}  ${nadir}  ${lasted}  (${trigger})`;
};

/** Ids begin with their instant; a part of one is enough to look around it. */
function instantIn(id: string): number | undefined {
  const [, year, month, day, hour = "00", minute = "00"] =
    /^(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2})(\d{2}))?/.exec(id) ?? [];
  const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
  return Number.isNaN(atMs) ? undefined : atMs;
}
