import { inspect } from "node:util";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { addressOf, filterOf, parameterNames, paramsOf, type Topic } from "./define-topic.ts";
import { Secret } from "./secret.ts";
import { allTopics } from "./topics/index.ts";

const level = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/);

describe.each(allTopics.map((topic) => ({ topic, address: topic.address })))(
  "$address",
  ({ topic }) => {
    test("what an address is made of can be read back from it", () => {
      const names = parameterNames(topic.address);
      fc.assert(
        fc.property(fc.array(level, { minLength: 4, maxLength: 4 }), (levels) => {
          const params = Object.fromEntries(
            names.map((name, index) => [name, levels[index] ?? ""]),
          );
          expect(paramsOf(topic, addressOf(topic, params))).toEqual(params);
        }),
      );
    });

    test("no other topic answers to its addresses", () => {
      const params = Object.fromEntries(parameterNames(topic.address).map((name) => [name, "x"]));
      const address = addressOf(topic, params);
      const owners = allTopics.filter((other) => paramsOf(other, address) !== undefined);
      expect(owners).toEqual([topic]);
    });
  },
);

test("a parameter cannot smuggle in another level or a wildcard", () => {
  const topic = allTopics.find(({ address }) => address.includes("{meterId}")) as Topic;
  for (const meterId of ["a/b", "+", "#", "", "a b"]) {
    expect(() => addressOf(topic, { meterId })).toThrow("cannot stand for");
  }
  expect(filterOf(topic)).not.toContain("{");
});

test("a secret is shown by nothing but reveal", () => {
  const secret = new Secret("hunter2");
  const shown = [String(secret), JSON.stringify({ secret }), inspect(secret), `${secret}`];
  expect(shown.join(" ")).not.toContain("hunter2");
  expect(secret.reveal()).toBe("hunter2");
});
