import { buildSite, type SimulatedSite, type SiteOptions } from "./build-site.ts";
import { allCheckers, returnsToFull } from "./checkers.ts";
import { allFaults } from "./fault.ts";

/** 60 s of recovery, 180 s until the first batch, 10 minutes of ramp, and boots at the end. */
const fullReturnMs = 24 * 60_000;

/** A run with everything that can go wrong, and everything that must hold. */
export async function simulateHour(
  options: Pick<SiteOptions, "seed" | "durationMs"> & Partial<SiteOptions>,
): Promise<SimulatedSite> {
  const site = await buildSite({
    faults: allFaults(),
    checkers: [...allCheckers, returnsToFull(fullReturnMs)],
    ...options,
  });
  await site.run(options.durationMs);
  return site;
}
