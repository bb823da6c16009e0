import { expect, test } from "@jest/globals";
import { SupplyConfig, supplyLaw, supplyProblems } from "./supply-config.ts";

const sensors = [
  { id: "gauge", role: "supply" },
  { id: "poc", role: "site" },
  { id: "rack-meter", role: "miners" },
] as const;
const river = { id: "river", kind: "hydro", ratedKw: 950, availableFrom: "gauge" };
const problemsOf = (section: object, known: Parameters<typeof supplyProblems>[1] = sensors) =>
  supplyProblems(SupplyConfig.parse(section), known);

test("the sensors that must be heard are the gauges and the site's meters", () => {
  const law = supplyLaw(SupplyConfig.parse({ supplies: [river] }), sensors);
  expect(law).toMatchObject({
    neededIds: ["gauge", "poc"],
    siteSensorCount: 1,
    minersSensorCount: 1,
  });
});

test.each([
  [{ supplies: [river] }, []],
  [{ contractKw: 600 }, []],
  [{}, ["supply needs contractKw, or at least one of supplies"]],
  [{ supplies: [river, river] }, ["two of supplies have the same id"]],
  [
    { supplies: [{ ...river, availableFrom: "poc" }] },
    ["the supply river names poc: that is no sensor with the role supply"],
  ],
])("problem in %j", (section, problems) => {
  expect(problemsOf(section)).toEqual(problems);
});

test("without a meter at the connection point the rest of the site must be stated", () => {
  const gauge = sensors.slice(0, 1);
  expect(problemsOf({ supplies: [river] }, gauge)).toEqual([
    "supply needs otherKw, or a sensor with the role site",
  ]);
  expect(problemsOf({ supplies: [river], otherKw: 12 }, gauge)).toEqual([]);
});
