import { meanMilliHz } from "./frequency-window.ts";
import type { GridView } from "./grid-view.ts";
import type { Law } from "./law.ts";

/**
 * On an islanded grid with more power than load, a high frequency asks for more. The site then
 * rests at a base load; above the band's start it may rise towards its rating, and it stays there
 * until the mean has fallen back to the start. Everything unknown means the base.
 */
export function surplusCapW(beforeW: number, view: GridView, isCalm: boolean, law: Law): number {
  if (law.overFrequency === undefined) return law.ratedW;
  const { baseW, startMilliHz, fullMilliHz } = law.overFrequency;
  if (!isCalm) return Math.min(beforeW, baseW);
  const means = view.tracks.flatMap(({ window }) => meanMilliHz(window) ?? []);
  if (means.length === 0) return baseW;
  // Of several meters the one that sees the least surplus counts.
  const mean = Math.min(...means);
  if (mean <= startMilliHz) return baseW;
  const share = Math.min(1, (mean - startMilliHz) / (fullMilliHz - startMilliHz));
  const steps = Math.floor((share * (law.ratedW - baseW)) / law.batchW + 1e-9);
  const isFull = share === 1;
  return Math.max(beforeW, baseW, isFull ? law.ratedW : baseW + steps * law.batchW);
}
