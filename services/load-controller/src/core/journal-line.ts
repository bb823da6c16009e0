import type { Decision } from "./decide.ts";
import type { Law } from "./law.ts";
import type { MeterPicture, Picture } from "./picture.ts";
import type { State } from "./state.ts";

/**
 * The journal keeps what every decision saw and said: enough to take it again. One line is an array
 * whose places have fixed meanings, because twenty of them are written each second. Ages stand for
 * instants, and what is unknown is `null`.
 *
 *   [nowMonoMs, wallAtMs, meters, caps, fleet, targetBeforeStartW, targetW, reason, phase, supply]
 *   fleet: [commandedW, isReadBack]
 *   meter: [state, samples, voltageMaxRatio, voltageAgeMs]
 *   sample: [frequencyMilliHz, quality, isDeadBus, ageMs]
 *   supply: [capW, ageMs], and no such place in lines of before it was followed
 */
export interface JournalHead {
  readonly kind: "load-decisions";
  readonly version: 1;
  readonly law: Law;
  /** Before the first decision that follows. */
  readonly state: State;
}

export interface JournalEntry {
  readonly picture: Picture;
  readonly said: Pick<Decision, "targetW" | "reason" | "phase">;
}

export const encodeHead = (law: Law, state: State): string =>
  JSON.stringify({ kind: "load-decisions", version: 1, law, state } satisfies JournalHead);

const states = ["good", "degraded", "lost", "dead-bus"] as const;
const qualities = ["good", "suspect", "bad"] as const;

export function encodeEntry(
  picture: Picture,
  { targetW, reason, phase }: JournalEntry["said"],
): string {
  const { nowMonoMs, wallAtMs, meters, caps, fleet, supply, targetBeforeStartW } = picture;
  return JSON.stringify([
    nowMonoMs,
    wallAtMs,
    meters.map(({ state, samples, voltage }) => [
      state === undefined ? null : states.indexOf(state),
      samples.map(({ frequencyMilliHz, quality, isDeadBus, measuredMonoMs }) => [
        frequencyMilliHz,
        qualities.indexOf(quality),
        isDeadBus ? 1 : 0,
        nowMonoMs - measuredMonoMs,
      ]),
      voltage?.voltageMaxRatio ?? null,
      voltage === undefined ? null : nowMonoMs - voltage.measuredMonoMs,
    ]),
    caps.map(({ source, capW, expiresAtMs }) => [source, capW, expiresAtMs]),
    fleet === undefined ? null : [fleet.commandedW, fleet.isReadBack ? 1 : 0],
    targetBeforeStartW ?? null,
    targetW ?? null,
    reason,
    phase,
    supply === undefined ? null : [supply.capW, nowMonoMs - supply.trueAtMonoMs],
  ]);
}

export type JournalLine =
  | { readonly kind: "head"; readonly head: JournalHead }
  | { readonly kind: "entry"; readonly entry: JournalEntry }
  | { readonly kind: "unreadable" };

const unreadable: JournalLine = { kind: "unreadable" };

/** Never throws: the last line of a journal may be torn. */
export function decodeLine(line: string): JournalLine {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return unreadable;
  }
  if (isHead(json)) return { kind: "head", head: json };
  const entry = Array.isArray(json) ? entryFrom(json) : undefined;
  return entry === undefined ? unreadable : { kind: "entry", entry };
}

/** Heads are only ever written by `encodeHead`; the marks are enough to know them by. */
const isHead = (json: unknown): json is JournalHead =>
  typeof json === "object" &&
  json !== null &&
  "kind" in json &&
  json.kind === "load-decisions" &&
  "version" in json &&
  json.version === 1 &&
  "law" in json &&
  typeof json.law === "object" &&
  "state" in json &&
  typeof json.state === "object";

function entryFrom(places: readonly unknown[]): JournalEntry | undefined {
  const [nowMonoMs, wallAtMs, meters, caps, fleet, before, targetW, reason, phase, supply] = places;
  if (!isNumber(nowMonoMs) || !isNumber(wallAtMs)) return undefined;
  if (!Array.isArray(meters) || !Array.isArray(caps)) return undefined;
  if (typeof reason !== "string" || typeof phase !== "string") return undefined;
  if (targetW !== null && !isNumber(targetW)) return undefined;
  const meterPictures = meters.map((meter) => meterFrom(meter, nowMonoMs));
  const capPictures = caps.map(capFrom);
  if (!isComplete(meterPictures) || !isComplete(capPictures)) return undefined;
  return {
    picture: {
      nowMonoMs,
      wallAtMs,
      meters: meterPictures,
      caps: capPictures,
      supply: supplyFrom(supply, nowMonoMs),
      fleet: fleetFrom(fleet),
      targetBeforeStartW: isNumber(before) ? before : undefined,
    },
    said: {
      targetW: targetW ?? undefined,
      // A journal of another version may hold words we no longer know: they will just differ.
      reason: reason as Decision["reason"],
      phase: phase as Decision["phase"],
    },
  };
}

function meterFrom(json: unknown, nowMonoMs: number): MeterPicture | undefined {
  if (!Array.isArray(json)) return undefined;
  const [state, samples, voltageMaxRatio, voltageAgeMs] = json as readonly unknown[];
  if (!Array.isArray(samples)) return undefined;
  const read = samples.map((sample) => sampleFrom(sample, nowMonoMs));
  if (!isComplete(read)) return undefined;
  const hasVoltage = isNumber(voltageMaxRatio) && isNumber(voltageAgeMs);
  return {
    samples: read,
    state: isNumber(state) ? states[state] : undefined,
    voltage: hasVoltage ? { voltageMaxRatio, measuredMonoMs: nowMonoMs - voltageAgeMs } : undefined,
  };
}

function sampleFrom(json: unknown, nowMonoMs: number): MeterPicture["samples"][number] | undefined {
  if (!Array.isArray(json)) return undefined;
  const [frequencyMilliHz, qualityIndex, isDeadBus, ageMs] = json as readonly unknown[];
  if (!isNumber(frequencyMilliHz) || !isNumber(qualityIndex) || !isNumber(ageMs)) return undefined;
  const quality = qualities[qualityIndex];
  if (quality === undefined) return undefined;
  const measuredMonoMs = nowMonoMs - ageMs;
  return { frequencyMilliHz, quality, isDeadBus: isDeadBus === 1, measuredMonoMs };
}

function capFrom(json: unknown): Picture["caps"][number] | undefined {
  if (!Array.isArray(json)) return undefined;
  const [source, capW, expiresAtMs] = json as readonly unknown[];
  if (typeof source !== "string" || !isNumber(capW) || !isNumber(expiresAtMs)) return undefined;
  return { source, capW, expiresAtMs };
}

function fleetFrom(json: unknown): Picture["fleet"] {
  if (!Array.isArray(json)) return undefined;
  const [commandedW, isReadBack] = json as readonly unknown[];
  return isNumber(commandedW) ? { commandedW, isReadBack: isReadBack === 1 } : undefined;
}

function supplyFrom(json: unknown, nowMonoMs: number): Picture["supply"] {
  if (!Array.isArray(json)) return undefined;
  const [capW, ageMs] = json as readonly unknown[];
  if (!isNumber(capW) || !isNumber(ageMs)) return undefined;
  return { capW, trueAtMonoMs: nowMonoMs - ageMs };
}

const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);

const isComplete = <Value>(values: readonly (Value | undefined)[]): values is readonly Value[] =>
  !values.includes(undefined);
