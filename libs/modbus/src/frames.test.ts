import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { encodeFrame, type Frame, frameSplitter } from "./frames.ts";

const frame = fc.record({
  transactionId: fc.nat(0xffff),
  unitId: fc.nat(0xff),
  pdu: fc.uint8Array({ minLength: 1, maxLength: 253 }),
});

test("a request is laid out as the protocol says", () => {
  const pdu = Uint8Array.of(3, 0x01, 0x5e, 0x00, 0x1a);
  const bytes = encodeFrame({ transactionId: 1, unitId: 1, pdu });
  expect(Buffer.from(bytes).toString("hex")).toBe("0001000000060103015e001a");
});

test("frames come out whole, however the stream was cut", () => {
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 40 })),
      (frames, cuts) => {
        const stream = Buffer.concat(frames.map(encodeFrame));
        const splitter = frameSplitter();
        const seen: Frame[] = [];
        let position = 0;
        for (let index = 0; position < stream.length; index += 1) {
          const end = position + (cuts[index] ?? stream.length);
          const found = splitter.push(stream.subarray(position, end));
          expect(found.ok).toBe(true);
          if (found.ok) seen.push(...found.value);
          position = end;
        }
        expect(seen.map(({ pdu, ...rest }) => ({ ...rest, pdu: [...pdu] }))).toEqual(
          frames.map(({ pdu, ...rest }) => ({ ...rest, pdu: [...pdu] })),
        );
      },
    ),
  );
});

test("garbage never throws, and never grows a buffer beyond one frame", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (chunks) => {
      const splitter = frameSplitter();
      for (const chunk of chunks) {
        if (!splitter.push(chunk).ok) return;
      }
    }),
  );
});

test.each([
  { name: "another protocol", header: [0, 1, 0, 9, 0, 6, 1] },
  { name: "a length of nothing", header: [0, 1, 0, 0, 0, 1, 1] },
  { name: "a length beyond any frame", header: [0, 1, 0, 0, 0xff, 0xff, 1] },
])("$name ends the stream", ({ header }) => {
  const found = frameSplitter().push(Uint8Array.from(header));
  expect(found).toMatchObject({ ok: false, fault: { code: "device.garbled" } });
});
