import type { Fault } from "@ballast/kernel";
import type { AlarmBoard } from "./alarm-board.ts";

/** For the `onTrouble` of an outbox: a full disk and a failing one are two alarms; none is neither. */
export function tellDiskTrouble(
  alarms: AlarmBoard,
  subject: string,
  fault: Fault | undefined,
): void {
  const detail = fault?.detail ?? "";
  const isFull = fault?.code === "storage.full";
  alarms.set(isFull, "history.disk-full", subject, detail);
  alarms.set(fault !== undefined && !isFull, "journal.failed", subject, detail);
}
