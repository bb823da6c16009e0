import { createTask, validate } from "node-cron";

/**
 * Whether a minute of the calendar fits a cron expression. The scheduler of the library keeps time
 * by itself and cannot be handed a clock, so only its matching is used.
 */
export type Cron = (expression: string, timezone: string) => (minuteAtMs: number) => boolean;

export const cronByCalendar: Cron = (expression, timezone) => {
  const task = createTask(expression, () => undefined, { timezone });
  return (minuteAtMs) => task.match(new Date(minuteAtMs));
};

export const isCron = (expression: string): boolean => validate(expression);
