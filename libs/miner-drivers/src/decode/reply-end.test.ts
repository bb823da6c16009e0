import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { replyEnd } from "./reply-end.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each([
  ['{"a":[1]}', true],
  ['{"a":[1]}\n', true],
  ['{"a":"}"', false],
  [String.raw`{"a":"\"}"`, false],
  [String.raw`{"a":"\\"}`, true],
  ["STATUS=S|", false],
  ["STATUS=S|\0", true],
  ["", false],
])("%p is whole: %p", (text, isWhole) => expect(replyEnd()(bytes(text))).toBe(isWhole));

test("in pieces as at once: whole with the last byte, and not before", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (value, steps) => {
        const sent = bytes(JSON.stringify(value));
        const isComplete = replyEnd();
        let received = 0;
        for (let turn = 0; received < sent.length; turn += 1) {
          received = Math.min(sent.length, received + (steps[turn % steps.length] ?? 1));
          expect(isComplete(sent.subarray(0, received))).toBe(received === sent.length);
        }
      },
    ),
  );
});
