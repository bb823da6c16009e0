import { type PayloadOf, powerSupply, type Topic } from "@ballast/contracts";
import { changed, type PlantedBug } from "./planted-bugs.ts";

type Supply = PayloadOf<typeof powerSupply>;

/** Lets a mistake loose on every word about the supply. */
const spoiling =
  (spoil: (supply: Supply, before: Supply | undefined) => Supply): PlantedBug["spoil"] =>
  (context) => {
    let before: Supply | undefined;
    return changed(context, {
      publish: (topic, params, payload) => {
        if ((topic as Topic) !== powerSupply) return context.publish(topic, params, payload);
        const supply = powerSupply.payload.parse(payload);
        before = spoil(supply, before);
        // What the schema of this very topic lets through is its payload.
        return context.publish(topic, params, before as never);
      },
    });
  };

/** Mistakes about what there is; each shows on the day when the river falls. */
export const supplyBugs: readonly PlantedBug[] = [
  {
    name: "the first word about the supply is said again and again",
    service: "power-sensors",
    noticedBy: ["stays-within-supply", "ahead-of-the-frequency"],
    circumstances: { seed: 1 },
    spoil: spoiling(({ atMs, ...supply }, before) => ({ ...supply, ...before, atMs })),
  },
  {
    name: "the budget says what there is, and leaves out that miners must stop for it",
    service: "power-sensors",
    noticedBy: ["stays-within-supply", "wakes-when-covered"],
    circumstances: { seed: 1 },
    spoil: spoiling((supply) => ({ ...supply, capKw: Math.max(supply.capKw, 560) })),
  },
];
