import { assert } from "@ballast/kernel";
import {
  decodeExponent,
  encode,
  type MeterDriver,
  type MeterReading,
  moveMeter,
  type Quantity,
  quantities,
  type Register,
} from "@ballast/meter-drivers";
import { encodeText, type ModbusTable, numberTypes, type ReadRequest } from "@ballast/modbus";

/** The registers of a simulated meter: its driver's table, turned around. */
export interface RegisterImage {
  /** Takes over all values; what is left out becomes "no value". */
  write(values: MeterReading): void;
  /** Which quantities have changed in the registers, since this was asked or they were read. */
  changes(): readonly Quantity[];
  /** Undefined where one of the addresses does not exist on this meter. */
  read(request: ReadRequest): Uint16Array | undefined;
}

/** A value and the registers that show it. */
interface Place {
  readonly quantity: Quantity;
  readonly from: Register;
  /** The address behind its last register. */
  readonly end: number;
  /** What the registers show now. */
  shown: number | undefined;
}

export function registerImage(driver: MeterDriver, serialNumber = "3001234567"): RegisterImage {
  const memory = new Memory();
  for (const { table, address, words } of driver.constants) memory.fill(table, address, words);
  const { probe, serialNumber: serialAt } = driver;
  if (probe.kind === "text") {
    const { table, address, wordCount, startsWith } = probe.from;
    memory.fill(table, address, encodeText(startsWith, wordCount));
  }
  if (serialAt !== undefined) {
    memory.fill(serialAt.table, serialAt.address, encodeText(serialNumber, serialAt.wordCount));
  }
  const placed = placeMeter(driver, memory);
  for (const { table, address, wordCount } of placed.spans) {
    for (let at = address; at < address + wordCount; at += 1) memory.fillGap(table, at);
  }
  const places = quantities.flatMap((quantity): Place[] => {
    const from = placed.reads[quantity]?.from;
    if (from === undefined) return [];
    return [
      { quantity, from, end: from.address + numberTypes[from.type].wordCount, shown: undefined },
    ];
  });
  let values: MeterReading = {};
  const show = (place: Place): boolean => {
    const { quantity, from } = place;
    const value = values[quantity];
    place.shown = value;
    const exponent = exponentOf(from, placed, memory);
    const words = encode(quantity, from, value, { ...placed, exponent });
    return memory.fill(from.table, from.address, words);
  };
  const isStale = ({ quantity, shown }: Place): boolean => !Object.is(shown, values[quantity]);
  for (const place of places) show(place);
  return {
    write: (next) => {
      values = next;
    },
    changes: () =>
      places.filter((place) => isStale(place) && show(place)).map(({ quantity }) => quantity),
    read: (request) => {
      // Most values are replaced before anybody reads them: only what is asked for is encoded.
      const { table, address, wordCount } = request;
      for (const place of places) {
        const { from, end } = place;
        const isAskedFor =
          from.table === table && from.address < address + wordCount && end > address;
        if (isAskedFor && isStale(place)) show(place);
      }
      return memory.read(request);
    },
  };
}

class Memory {
  readonly #tables = { holding: new Map<number, number>(), input: new Map<number, number>() };

  /** True where a word is not what it was. */
  fill(table: ModbusTable, address: number, words: Iterable<number>): boolean {
    const memory = this.#tables[table];
    let at = address;
    let hasChanged = false;
    for (const word of words) {
      hasChanged ||= memory.get(at) !== word;
      memory.set(at, word);
      at += 1;
    }
    return hasChanged;
  }

  fillGap(table: ModbusTable, address: number): void {
    if (!this.#tables[table].has(address)) this.#tables[table].set(address, 0);
  }

  read({ table, address, wordCount }: ReadRequest): Uint16Array | undefined {
    const memory = this.#tables[table];
    const words = new Uint16Array(wordCount);
    for (let offset = 0; offset < wordCount; offset += 1) {
      const word = memory.get(address + offset);
      if (word === undefined) return undefined;
      words[offset] = word;
    }
    return words;
  }
}

/** Runs the driver's own walk over the image, as the service will run it over a socket. */
function placeMeter(driver: MeterDriver, memory: Memory): MeterDriver {
  if (driver.locate === undefined) return driver;
  const walk = driver.locate();
  let step = walk.next();
  while (!step.done) step = walk.next(memory.read(step.value));
  assert(step.value.ok, `the constants of ${driver.id} lead to its table`);
  return moveMeter(driver, step.value.value);
}

function exponentOf(from: Register, { id, wordOrder }: MeterDriver, memory: Memory): number {
  if (from.exponentAt === undefined) return 0;
  const words = memory.read({ table: from.table, address: from.exponentAt, wordCount: 1 });
  const exponent = words && decodeExponent(words, wordOrder);
  assert(exponent !== undefined, `the constants of ${id} hold every exponent`);
  return exponent;
}
