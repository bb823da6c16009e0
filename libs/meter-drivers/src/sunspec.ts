import { fail, ok, type Result } from "@ballast/kernel";
import type { ReadRequest } from "@ballast/modbus";

/** The letters `SunS` in two registers. */
export const sunSpecMarker = [0x5375, 0x6e53] as const;

const markerAddresses = [40_000, 0, 50_000];
const endModelId = 0xffff;
const modelsMax = 64; // A real device has about ten; a broken chain must end somewhere.

/** Walks from model to model, each saying how long it is, to the start of the wanted one. */
export function* findSunSpecModel(
  wantedId: number,
): Generator<ReadRequest, Result<number>, Uint16Array | undefined> {
  const two = (address: number): ReadRequest => ({ table: "holding", address, wordCount: 2 });
  for (const markerAddress of markerAddresses) {
    const marker = yield two(markerAddress);
    if (marker?.[0] !== sunSpecMarker[0] || marker[1] !== sunSpecMarker[1]) continue;
    let address = markerAddress + 2;
    for (let count = 0; count < modelsMax && address < 65_534; count += 1) {
      const [id, wordCount] = (yield two(address)) ?? [];
      if (id === wantedId) return ok(address);
      if (id === undefined || wordCount === undefined || id === endModelId) break;
      address += 2 + wordCount;
    }
    return fail("device.mismatch", `a SunSpec device, but without model ${wantedId}`);
  }
  return fail("device.mismatch", "no SunSpec marker where one may be");
}
