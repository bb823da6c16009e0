import { type Fault, type FaultCode, fail, type Result } from "@ballast/kernel";
import { errorCode, errorText } from "../error-code.ts";

/** Classes of SQLSTATE, PostgreSQL manual, appendix A. */
const invalidClasses = ["22", "23"]; // Data exception, broken constraint: the record is to blame.
const refusedClasses = ["0A", "2F", "3F", "42"]; // No such table, no right to it, no such feature.

/** What an error of the database means for whoever has to decide whether to try again. */
export function faultOf(error: unknown): Fault {
  return { code: codeOf(sqlStateOf(error)), detail: errorText(error).slice(0, 500) };
}

/** The five characters that the server sent; undefined where it was not the server that spoke. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = errorCode(error);
  // No class begins with E, and every error of the system does: EPIPE.
  return code !== undefined && /^(?!E)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

function codeOf(state: string | undefined): FaultCode {
  const stateClass = state?.slice(0, 2) ?? "";
  if (invalidClasses.includes(stateClass)) return "database.invalid";
  if (refusedClasses.includes(stateClass)) return "database.refused";
  // Shutting down, too many clients, a full disk, a wrong password: all can be over in a minute.
  return "database.away";
}

export async function attempt<Value>(run: () => Promise<Result<Value>>): Promise<Result<Value>> {
  try {
    return await run();
  } catch (error) {
    const { code, detail } = faultOf(error);
    return fail(code, detail);
  }
}
