import { followSite, screen } from "@ballast/box";
import { assert } from "@ballast/kernel";
import { scenarioByName } from "@ballast/simulator";
import { buildSite } from "@ballast/testkit/site";

const columnCount = 104;
const rowCount = 26;
/** In the middle of the way back: there is something to see of everything. */
const momentMs = 58_000;
const lineHeight = 19;
const fontSize = 14;
const columnWidth = 8.43;
const margin = 18;

const colours: Readonly<Record<string, string>> = { 31: "#ff7b72", 32: "#7ee787", 33: "#e3b341" };

/** What `npm start` shows, drawn from the very same site in virtual time. */
export async function consolePicture(): Promise<string> {
  const scenario = scenarioByName("staged-dip");
  assert(scenario.ok, "the demonstration is one of the scenarios");
  const site = await buildSite({
    seed: 1,
    durationMs: momentMs,
    scenario: scenario.value,
    settings: scenario.value.settings,
  });
  const model = await followSite(site.openReader(), site.clock);
  await site.run(momentMs);
  const lines = screen(model, {
    title: `simulated site · ${scenario.value.title}`,
    elapsedMs: momentMs,
    nowMonoMs: site.clock.monotonicMs(),
    nominalHz: scenario.value.nominalHz,
    columnCount,
    rowCount,
  });
  return svgOf(lines);
}

function svgOf(lines: readonly string[]): string {
  const width = Math.ceil(columnCount * columnWidth) + 2 * margin;
  const height = lines.length * lineHeight + 2 * margin;
  const rows = lines.map((line, index) => {
    const y = margin + (index + 0.75) * lineHeight;
    return `  <text x="${margin}" y="${y.toFixed(1)}" xml:space="preserve">${spansOf(line)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="The console of Ballast during a dip of the grid">`,
    `  <rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `  <g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${fontSize}" fill="#e6edf3">`,
    ...rows,
    "  </g>",
    "</svg>",
    "",
  ].join("\n");
}

/** Terminal colours become spans; anything else of a terminal never gets here. */
function spansOf(line: string): string {
  const attributes = new Set<string>();
  const pieces = line.split("\u001b[").map((piece, index) => {
    const [, codes = "", text = ""] =
      index === 0 ? ["", "", piece] : (/^([\d;]*)m(.*)$/.exec(piece) ?? []);
    if (codes === "0") attributes.clear();
    else if (codes !== "") attributes.add(codes);
    return text === "" ? "" : `<tspan${styleOf(attributes)}>${escaped(text)}</tspan>`;
  });
  return pieces.join("");
}

function styleOf(attributes: ReadonlySet<string>): string {
  const colour = [...attributes].flatMap((code) => colours[code] ?? [])[0];
  return [
    attributes.has("1") ? ' font-weight="bold"' : "",
    attributes.has("2") ? ' opacity="0.6"' : "",
    colour === undefined ? "" : ` fill="${colour}"`,
  ].join("");
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
