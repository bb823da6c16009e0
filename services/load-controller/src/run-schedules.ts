import type { loadCap, PayloadOf } from "@ballast/contracts";
import type { Cancel, Clock, Log } from "@ballast/kernel";
import type { Schedule } from "./config.ts";
import { minuteOf, windowEndAtMs } from "./core/schedule.ts";
import type { Cron } from "./cron.ts";

const lookPeriodMs = 1_000;

interface Surroundings {
  readonly clock: Clock;
  readonly log: Log;
  readonly ports: { readonly cron: Cron };
}

/** Tells each scheduled ceiling when its window begins, and at a start when one is open. */
export function runSchedules(
  schedules: readonly Schedule[],
  { clock, log, ports }: Surroundings,
  tell: (source: string, cap: PayloadOf<typeof loadCap>) => void,
): Cancel {
  const windows = schedules.map((schedule) => ({
    schedule,
    durationMs: schedule.durationMs,
    beginsAt: ports.cron(schedule.cron, schedule.timezone),
  }));
  let seenMinuteAtMs = Number.NEGATIVE_INFINITY;
  const look = (): void => {
    const wallAtMs = clock.wallMs();
    const minuteAtMs = minuteOf(wallAtMs);
    if (minuteAtMs === seenMinuteAtMs) return;
    for (const window of windows) {
      const expiresAtMs = windowEndAtMs(window, wallAtMs, seenMinuteAtMs);
      if (expiresAtMs === undefined) continue;
      const { name, capKw } = window.schedule;
      log.info("schedule-begins", { name, capKw, expiresAtMs });
      const reason = `schedule ${name}`;
      tell(`schedule-${name}`, { atMs: wallAtMs, capKw, reason, expiresAtMs });
    }
    seenMinuteAtMs = minuteAtMs;
  };
  look();
  return windows.length === 0 ? () => undefined : clock.every(lookPeriodMs, "schedules", look);
}
