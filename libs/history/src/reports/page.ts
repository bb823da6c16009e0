import { escapeHtml } from "./text.ts";

/** One sheet of paper: no script, no font, no picture from elsewhere. */
export const page = (title: string, body: readonly string[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
@page { size: A4; margin: 9mm 12mm; }
* { box-sizing: border-box; }
body { max-width: 186mm; margin: 8mm auto; padding: 0 4mm; background: #fff; color: #222;
  font: 8.5pt/1.28 system-ui, "Segoe UI", "DejaVu Sans", Arial, sans-serif; }
h1 { margin: 0; font-size: 14pt; }
h2 { margin: 2.5mm 0 0.5mm; font-size: 9.5pt; }
p { margin: 1mm 0; }
.quiet { color: #555; font-size: 7.5pt; }
.figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: 2mm; margin: 2mm 0; }
.figures div { border: 0.3mm solid #bbb; border-radius: 1mm; padding: 0.8mm 2mm; }
.figures b { display: block; font-size: 12pt; }
.figures span { color: #555; font-size: 7.5pt; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.35mm 1.5mm; border-bottom: 0.2mm solid #ccc; text-align: left; vertical-align: top; }
th { border-bottom: 0.4mm solid #222; font-size: 8pt; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
svg { display: block; width: 100%; height: auto; }
svg text { font: 10px system-ui, "Segoe UI", "DejaVu Sans", Arial, sans-serif; fill: #222; }
.verdict { font-weight: 700; }
@media print { body { margin: 0; padding: 0; } section, table, svg { break-inside: avoid; } }
</style>
</head>
<body>
${body.join("\n")}
</body>
</html>
`;

export const figures = (entries: readonly (readonly [label: string, value: string])[]): string =>
  `<div class="figures">${entries
    .map(
      ([label, value]) => `<div><span>${escapeHtml(label)}</span><b>${escapeHtml(value)}</b></div>`,
    )
    .join("")}</div>`;

/** The first column holds words; the others are aligned as numbers where asked. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  areNumbers = false,
): string {
  const cell = (tag: "td" | "th", words: string, index: number): string =>
    `<${tag}${areNumbers && index > 0 ? ' class="number"' : ""}>${escapeHtml(words)}</${tag}>`;
  const line = (tag: "td" | "th", row: readonly string[]): string =>
    `<tr>${row.map((words, index) => cell(tag, words, index)).join("")}</tr>`;
  return `<table><thead>${line("th", head)}</thead><tbody>${rows.map((row) => line("td", row)).join("")}</tbody></table>`;
}
