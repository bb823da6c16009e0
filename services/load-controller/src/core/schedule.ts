/** A ceiling by the calendar, told to the minute. */
export interface ScheduleWindow {
  readonly durationMs: number;
  /** Whether the window begins at this minute. */
  readonly beginsAt: (minuteAtMs: number) => boolean;
}

const minuteMs = 60_000;

export const minuteOf = (wallAtMs: number): number => Math.floor(wallAtMs / minuteMs) * minuteMs;

/**
 * The end of the window that holds now, where one does. It looks back from the present minute no
 * further than the last one it has seen, so that a step of the calendar skips nothing.
 */
export function windowEndAtMs(
  { durationMs, beginsAt }: ScheduleWindow,
  wallAtMs: number,
  seenMinuteAtMs: number,
): number | undefined {
  const earliestAtMs = Math.max(seenMinuteAtMs + 1, wallAtMs - durationMs + 1);
  for (let minuteAtMs = minuteOf(wallAtMs); minuteAtMs >= earliestAtMs; minuteAtMs -= minuteMs) {
    if (beginsAt(minuteAtMs)) return minuteAtMs + durationMs;
  }
  return undefined;
}
