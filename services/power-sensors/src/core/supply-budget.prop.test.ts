import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Moment, riverLaw, SupplyPlay } from "../../test/supply-play.ts";

const sometimes = (arbitrary: fc.Arbitrary<number>) =>
  fc.option(arbitrary, { nil: undefined, freq: 6 });

/** Stretches of up to two minutes in which everything stays as it is. */
const stretch = fc.record({
  seconds: fc.integer({ min: 1, max: 130 }),
  availableKw: sometimes(fc.integer({ min: 0, max: 1_100 })),
  siteKw: sometimes(fc.integer({ min: 0, max: 1_200 })),
  commandedKw: sometimes(fc.integer({ min: 0, max: 160 }).map((count) => count * 3.5)),
});
const story = fc.array(stretch, { minLength: 1, maxLength: 12 });

interface Told {
  readonly moment: Moment;
  readonly decision: ReturnType<SupplyPlay["show"]>;
  readonly capBeforeKw: number | undefined;
}

function tell(stretches: readonly (Moment & { readonly seconds: number })[], law = riverLaw) {
  const play = new SupplyPlay(law);
  const told: Told[] = [];
  let capBeforeKw: number | undefined;
  for (const { seconds, ...moment } of stretches) {
    for (let second = 0; second < seconds; second += 1) {
      const decision = play.show(moment);
      if (play.decision === undefined) continue;
      told.push({ moment, decision, capBeforeKw });
      capBeforeKw = decision.capKw;
    }
  }
  return told;
}

test("the cap never exceeds what is allowed, less reserve and others, whatever was before", () => {
  fc.assert(
    fc.property(story, (stretches) => {
      for (const { decision } of tell(stretches, { ...riverLaw, contractKw: 950 })) {
        const { capKw, allowKw, reserveKw, otherKw } = decision;
        expect(capKw).toBeGreaterThanOrEqual(0);
        expect(allowKw).toBeLessThanOrEqual(950);
        expect(capKw).toBeLessThanOrEqual(Math.max(0, allowKw - reserveKw - otherKw) + 1e-9);
      }
    }),
  );
});

test("the cap rises only when for 60 s everything was heard, and as much was there", () => {
  fc.assert(
    fc.property(story, (stretches) => {
      const told = tell(stretches);
      for (const [index, { decision, capBeforeKw }] of told.entries()) {
        if (capBeforeKw === undefined || decision.capKw <= capBeforeKw) continue;
        const minute = told.slice(Math.max(0, index - 55), index + 1);
        for (const past of minute) {
          // A sensor's last word holds for 5 s.
          expect(["deficit", "decaying"]).not.toContain(past.decision.state);
          const { availableKw } = past.moment;
          if (availableKw === undefined) continue;
          expect(availableKw).toBeGreaterThanOrEqual(decision.capKw);
        }
      }
    }),
  );
});

test("a lasting deficit takes at least what is missing from the miners that may run", () => {
  const before = { seconds: 70, availableKw: 900, siteKw: 572, commandedKw: 560 };
  const amounts = fc.record({
    siteKw: fc.integer({ min: 500, max: 1_500 }),
    availableKw: fc.integer({ min: 0, max: 1_000 }),
  });
  fc.assert(
    fc.property(amounts, ({ siteKw, availableKw }) => {
      // All of it is the miners' doing: nobody else draws more than before.
      const drawnKw = siteKw - 12;
      const told = tell([before, { seconds: 4, siteKw, availableKw, commandedKw: 560, drawnKw }]);
      const last = told.at(-1)?.decision;
      if (last === undefined || siteKw <= last.allowKw) return;
      const excessKw = siteKw - (last.allowKw - last.reserveKw);
      expect(last.state).toBe("deficit");
      expect(last.capKw).toBeLessThanOrEqual(Math.max(0, 560 - excessKw) + 1e-9);
    }),
  );
});

test("silence never raises anything, and empties the allowance within ten minutes", () => {
  fc.assert(
    fc.property(story, fc.constantFrom("availableKw", "siteKw"), (stretches, silent) => {
      const begin = { seconds: 70, availableKw: 900, siteKw: 572, commandedKw: 560 };
      const blind = stretches.map((moment) => ({ ...moment, [silent]: undefined }));
      const tail = { seconds: 620, availableKw: 900, siteKw: 572, commandedKw: 560 };
      const told = tell([begin, ...blind, { ...tail, [silent]: undefined }]).slice(70);
      for (const { decision, capBeforeKw } of told.slice(6)) {
        expect(decision.capKw).toBeLessThanOrEqual(capBeforeKw ?? Number.POSITIVE_INFINITY);
      }
      expect(told.at(-1)?.decision).toMatchObject({ allowKw: 0, capKw: 0 });
    }),
    { numRuns: 40 },
  );
});
