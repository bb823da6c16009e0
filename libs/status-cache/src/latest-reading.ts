import { minerReading, minerStatus, slug } from "@ballast/contracts";
import { fail, ok, type Result } from "@ballast/kernel";
import type * as z from "zod";

const { cyclesCount, health, wanted } = minerStatus.payload.shape;

/** What is known of one miner now: its latest reading, and what its controller makes of it. */
export const LatestReading = minerReading.payload.extend({
  minerId: slug("Which miner."),
  wanted,
  health,
  cyclesCount,
});
export type LatestReading = z.infer<typeof LatestReading>;

const fieldNames = LatestReading.keyof().options;

/**
 * Field names and values in turns, each value as JSON. All fields are always there, so that one
 * write replaces the whole reading: what the miner did not say is `null`.
 */
export const fieldsOf = (reading: LatestReading): readonly string[] =>
  fieldNames.flatMap((name) => [name, JSON.stringify(reading[name] ?? null)]);

/** How many texts `fieldsOf` gives. */
export const fieldTextCount = 2 * fieldNames.length;

/** Reads one JSON object of such fields. Redis is open to other programs: anything may stand there. */
export function readingFrom(json: string): Result<LatestReading> {
  let fields: unknown;
  try {
    fields = JSON.parse(json);
  } catch {
    return fail("cache.garbled", "no JSON");
  }
  const parsed = LatestReading.safeParse(withoutNulls(fields));
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return fail("cache.garbled", `${issue?.path.join(".")}: ${issue?.message}`);
}

/** On our side what is not known is not there. */
const withoutNulls = (fields: unknown): unknown =>
  typeof fields === "object" && fields !== null
    ? Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
    : fields;
