import { readFileSync, writeFileSync } from "node:fs";
import { curvesOf, eventHtml, eventReport } from "@ballast/history/reports";
import { Scenario } from "@ballast/sim-plant";
import { test } from "@jest/globals";
import { parse } from "yaml";
import { buildSite } from "./build-site.ts";
import { recordSite } from "./record-site.ts";

test("scratch", async () => {
  const text = parse(readFileSync(new URL("../../../sim-plant/scenarios/gb-2019-08-09.yaml", import.meta.url), "utf8"));
  text.grid.steps.push({ kind: "ramp", untilS: 640, toHz: 50.02 }, { kind: "hold", untilS: 3600 });
  text.durationS = 3600;
  const site = await buildSite({ seed: 1, durationMs: 1_800_000, scenario: Scenario.parse(text) });
  const rec = await recordSite(site);
  const t0 = Date.now();
  await site.run(1_700_000);
  await rec.settle();
  const rows = [...rec.store.rows.values()];
  const counts: Record<string, number> = {};
  for (const r of rows) counts[r.kind] = (counts[r.kind] ?? 0) + 1;
  const out = [`took ${Date.now() - t0}`, JSON.stringify(counts)];
  const events = await rec.store.read("gridEvent", { countMax: 10 });
  const event = events.ok ? events.value[0] : undefined;
  out.push(JSON.stringify(events));
  if (event) {
    const samples = await rec.store.read("gridEventSamples", { countMax: 100000, eventId: event.id });
    const cycles = await rec.store.read("cycle", { countMax: 100000 });
    const s = samples.ok ? samples.value : [];
    const report = eventReport({ siteName: "Simulated site", nominalHz: 50, event, samples: s, cycles: cycles.ok ? cycles.value : [], product: "za-instantaneous", stagesHz: [49.675, 49.65, 49.625, 49.6, 49.575, 49.55, 49.525, 49.5] });
    out.push(JSON.stringify(report, undefined, 1));
    const c = curvesOf(s);
    out.push(JSON.stringify(Object.entries(c).map(([k, v]) => [k, v.length, v[0], v.at(-1)])));
    writeFileSync("/tmp/reports-save/event.html", eventHtml(report, c)); writeFileSync("/tmp/reports-save/rows.json", JSON.stringify(rows));
  }
  const kinds = ["frequencyMinute", "powerMinute", "energyDay", "outage", "alert"];
  for (const k of kinds) out.push(JSON.stringify(rows.filter((r) => r.kind === k).slice(0, 3)));
  out.push(JSON.stringify(rows.filter((r) => r.kind === "minerDay").slice(0, 2)), JSON.stringify(rec.recorder.heldCount));
  writeFileSync("/tmp/reports-save/out.txt", out.join("\n"));
}, 400000);
