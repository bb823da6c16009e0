/** The largest air-cooled and hydro units stay below 12 kW; more is a unit mistaken. */
const powerMaxW = 20_000;
/** Ten times the fastest unit on the market. */
const hashrateMaxThs = 10_000;
const temperatureMinC = -40;
const temperatureMaxC = 150;
const rpmMax = 30_000;

const leadingNumber = /^\s*([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(.*)$/s;
const unitOnly = /^\s*(?:[A-Za-z°%][A-Za-z°%/]*)?\s*$/;
/** `524K` is half a million, not 524: a bare prefix makes the number something else. */
const prefixOnly = /^\s*[kKMGTP]\s*$/;

/** Miners send numbers as numbers, as text, and as text with a unit. All else is unknown. */
export function numberFrom(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string") return undefined;
  const match = leadingNumber.exec(value);
  const [, digits, unit] = match ?? [];
  // What follows may only be a unit: "0:00:03" is a duration, "0x1f" and "1,234" are riddles.
  if (digits === undefined || unit === undefined) return undefined;
  if (!unitOnly.test(unit) || prefixOnly.test(unit)) return undefined;
  const parsed = Number(digits);
  return Number.isFinite(parsed) ? parsed : undefined;
}

const within = (value: unknown, min: number, max: number): number | undefined => {
  const parsed = numberFrom(value);
  return parsed !== undefined && parsed >= min && parsed <= max ? parsed : undefined;
};

/** Zero watts is a value here: a sleeping power supply says so. */
export const wattsFrom = (value: unknown): number | undefined => within(value, 0, powerMaxW);

export const countFrom = (value: unknown): number | undefined => {
  const parsed = within(value, 0, Number.MAX_SAFE_INTEGER);
  return parsed !== undefined && Number.isInteger(parsed) ? parsed : undefined;
};

/** Exactly 0 °C is how a missing sensor reads. */
export function celsiusFrom(value: unknown): number | undefined {
  const parsed = within(value, temperatureMinC, temperatureMaxC);
  return parsed === 0 ? undefined : parsed;
}

export const rpmFrom = (value: unknown): number | undefined => within(value, 0, rpmMax);

const hashesPerThs = { MH: 1e6, GH: 1e3, TH: 1 } as const;

/** The unit is the one in the name of the field, never one guessed from the size of the value. */
export const terahashesFrom = (
  value: unknown,
  unit: keyof typeof hashesPerThs,
): number | undefined => {
  const parsed = numberFrom(value);
  return parsed === undefined ? undefined : within(parsed / hashesPerThs[unit], 0, hashrateMaxThs);
};

export const secondsToMs = (value: unknown): number | undefined => {
  const parsed = within(value, 0, Number.MAX_SAFE_INTEGER / 1_000);
  return parsed === undefined ? undefined : parsed * 1_000;
};
