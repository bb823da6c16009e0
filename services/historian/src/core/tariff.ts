import type { LocalTime } from "./calendar.ts";

/** What a kilowatt-hour costs: always the same, or by the hour of the day. */
export type Tariff =
  | { readonly kind: "flat"; readonly currency: string; readonly pricePerKwh: number }
  | {
      readonly kind: "hours";
      readonly currency: string;
      /** One price for each hour from midnight on. */
      readonly workdayPricesPerKwh: readonly number[];
      /** On Saturdays and Sundays; as on other days where left out. */
      readonly weekendPricesPerKwh?: readonly number[] | undefined;
    };

const saturday = 6;

/** Undefined where the table has no price for this hour: then no cost is told for the day. */
export function priceAt(tariff: Tariff, { hour, weekday }: LocalTime): number | undefined {
  if (tariff.kind === "flat") return tariff.pricePerKwh;
  const { workdayPricesPerKwh, weekendPricesPerKwh } = tariff;
  const prices = weekday >= saturday ? weekendPricesPerKwh : undefined;
  return (prices ?? workdayPricesPerKwh)[hour];
}
