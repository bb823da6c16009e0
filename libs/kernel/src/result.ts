import type { FaultCode } from "./fault-catalogue.ts";

/** Trouble that is expected outside: the code decides, the detail is for people and logs. */
export interface Fault {
  readonly code: FaultCode;
  readonly detail: string;
}

export type Result<Value, Problem = Fault> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly fault: Problem };

export const ok = <Value>(value: Value): Result<Value, never> => ({ ok: true, value });

export const fail = (code: FaultCode, detail: string): Result<never> => ({
  ok: false,
  fault: { code, detail },
});
