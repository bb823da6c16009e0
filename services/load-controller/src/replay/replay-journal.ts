import { decide } from "../core/decide.ts";
import { decodeLine, type JournalHead } from "../core/journal-line.ts";
import type { State } from "../core/state.ts";

export interface JournalReplay {
  readonly decisionCount: number;
  readonly unreadableCount: number;
  /** The first decision that came out differently, in words. */
  readonly difference: string | undefined;
}

/** Takes every journalled decision again, each from the state that the one before it left. */
export function replayJournal(text: string): JournalReplay {
  let head: JournalHead | undefined;
  let state: State | undefined;
  let decisionCount = 0;
  let unreadableCount = 0;
  for (const [index, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const read = decodeLine(line);
    if (read.kind === "head") {
      ({ head } = read);
      ({ state } = head);
      continue;
    }
    if (read.kind === "unreadable" || head === undefined || state === undefined) {
      unreadableCount += 1;
      continue;
    }
    const { picture, said } = read.entry;
    const decision = decide(state, picture, head.law);
    state = decision.state;
    decisionCount += 1;
    const { targetW, reason, phase } = decision;
    if (targetW !== said.targetW || reason !== said.reason || phase !== said.phase) {
      const then = `${said.targetW} W, ${said.reason}, ${said.phase}`;
      const now = `${targetW} W, ${reason}, ${phase}`;
      const at = new Date(picture.wallAtMs).toISOString();
      const difference = `line ${index + 1}, ${at}: the journal says ${then}; now it is ${now}`;
      return { decisionCount, unreadableCount, difference };
    }
  }
  return { decisionCount, unreadableCount, difference: undefined };
}
