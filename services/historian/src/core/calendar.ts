export interface LocalTime {
  /** As people write it: 2026-01-31. */
  readonly day: string;
  readonly hour: number;
  /** Monday is 1, Sunday 7. */
  readonly weekday: number;
}

/** Every offset in use today is a whole number of these. */
export const quarterMs = 15 * 60_000;
const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** Tells what the clocks of one time zone show; asked thousands of times for the same quarter. */
export class Calendar {
  readonly #format: Intl.DateTimeFormat;
  #quarter: number | undefined;
  #time: LocalTime | undefined;

  constructor(timezone: string) {
    this.#format = new Intl.DateTimeFormat("en-GB", {
      timeZone: timezone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      weekday: "short",
    });
  }

  timeAt(atMs: number): LocalTime {
    const quarter = Math.floor(atMs / quarterMs);
    if (this.#time !== undefined && quarter === this.#quarter) return this.#time;
    const parts = new Map(
      this.#format.formatToParts(quarter * quarterMs).map(({ type, value }) => [type, value]),
    );
    const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
    const time = {
      day: `${part("year")}-${part("month")}-${part("day")}`,
      hour: Number(part("hour")),
      weekday: weekdays.indexOf(part("weekday")) + 1,
    };
    this.#quarter = quarter;
    this.#time = time;
    return time;
  }
}
