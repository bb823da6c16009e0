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
import { encodeText, type ModbusTable, type ReadRequest } from "@ballast/modbus";

/** The registers of a simulated meter: its driver's table, turned around. */
export interface RegisterImage {
  /** Writes all values; what is left out becomes "no value". Returns what has changed. */
  write(values: MeterReading): readonly Quantity[];
  /** Undefined where one of the addresses does not exist on this meter. */
  read(request: ReadRequest): Uint16Array | undefined;
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
  const written = new Map<Quantity, number | undefined>();
  const image: RegisterImage = {
    read: (request) => memory.read(request),
    write: (values) =>
      quantities.filter((quantity) => {
        const from = placed.reads[quantity]?.from;
        if (from === undefined) return false;
        const isSame = written.has(quantity) && Object.is(written.get(quantity), values[quantity]);
        if (isSame) return false; // Encoding is what a simulated hour spends its time on.
        written.set(quantity, values[quantity]);
        const exponent = exponentOf(from, placed, memory);
        const words = encode(quantity, from, values[quantity], { ...placed, exponent });
        return memory.fill(from.table, from.address, words);
      }),
  };
  image.write({});
  return image;
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
