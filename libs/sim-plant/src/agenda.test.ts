import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { Agenda } from "./agenda.ts";

test("entries come out by time, and in the order they came in where times are equal", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (dueMonoMs) => {
      const agenda = new Agenda<{ due: number; index: number }>();
      const items = dueMonoMs.map((due, index) => ({ due, index }));
      for (const item of items) agenda.add(item.due, item);
      const expected = items.toSorted((a, b) => a.due - b.due || a.index - b.index);
      const taken = expected.map(({ due }) => {
        expect(agenda.nextDueMonoMs()).toBe(due);
        return agenda.takeNext();
      });
      expect(taken).toEqual(expected);
      expect(agenda.nextDueMonoMs()).toBe(Number.POSITIVE_INFINITY);
      expect(agenda.takeNext()).toBeUndefined();
    }),
  );
});
