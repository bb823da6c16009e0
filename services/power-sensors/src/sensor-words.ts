import type { SensorWord } from "./core/site-picture.ts";
import type { SensorBook } from "./sensor-book.ts";

/** What can be believed of the book. A doubtful word is as none: unknown lowers the load. */
export const sensorWords = (book: SensorBook, nowMonoMs: number): readonly SensorWord[] =>
  book.readings().flatMap(({ sensorId: id, role, feeder, quality, values, ageMs }) => {
    if (quality !== "good" || ageMs === undefined) return [];
    const { powerKw, availableKw } = values;
    const measuredMonoMs = nowMonoMs - ageMs;
    const maxAgeMs = book.rulesOf(id).ageMaxMs;
    return [{ id, role, feeder, powerKw, availableKw, measuredMonoMs, maxAgeMs }];
  });
