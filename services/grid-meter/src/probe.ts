import { type Clock, ok, type Result } from "@ballast/kernel";
import {
  classifyFrequencyRegister,
  decodeBlock,
  locate,
  type MeterDriver,
  planMeter,
} from "@ballast/meter-drivers";
import { decodeText, type ModbusLink, type OpenModbus } from "@ballast/modbus";

export interface ProbeOptions {
  readonly openModbus: OpenModbus;
  readonly clock: Clock;
  readonly host: string;
  readonly port: number;
  readonly unitId: number | undefined;
  readonly nominalHz: number;
  readonly drivers: readonly MeterDriver[];
}

/** What one kind of meter would make of the device. A proposal for an engineer, nothing else. */
export interface ProbeFinding {
  readonly driverId: string;
  readonly match: "recognised" | "plausible" | "no";
  /** For people, with the registers as read. */
  readonly detail: string;
}

const connectDeadlineMs = 2_000;
const deadlineMs = 3_000; // As slow as a gateway may be; nobody waits for a probe.

/** Tries the tables on a device. Every kind gets its own connection: one may upset the device. */
export async function probeMeter(options: ProbeOptions): Promise<Result<readonly ProbeFinding[]>> {
  const { openModbus, clock, host, port, drivers } = options;
  const findings: ProbeFinding[] = [];
  for (const driver of drivers) {
    const unitId = options.unitId ?? driver.unitId;
    const opened = await openModbus({ host, port, unitId, connectDeadlineMs, deadlineMs, clock });
    if (!opened.ok) return opened;
    findings.push(await tryDriver(opened.value, driver, options.nominalHz));
    await opened.value.close();
  }
  return ok(findings);
}

async function tryDriver(
  link: ModbusLink,
  driver: MeterDriver,
  nominalHz: number,
): Promise<ProbeFinding> {
  const { id: driverId, probe } = driver;
  const no = (detail: string): ProbeFinding => ({ driverId, match: "no", detail });
  if (probe.kind === "text") {
    const words = await link.read(probe.from);
    if (!words.ok) return no(words.fault.detail);
    const text = decodeText(words.value);
    if (!text.startsWith(probe.from.startsWith)) return no(`calls itself "${text}"`);
  }
  const placed = await locate(link, driver);
  if (!placed.ok) return no(placed.fault.detail);
  const frequency = driver.unsettled.includes("frequencyHz")
    ? await proposeCoding(link, placed.value, nominalHz)
    : await readFrequency(link, placed.value, nominalHz);
  if (probe.kind === "frequency") {
    return {
      driverId,
      match: frequency.isPlausible ? "plausible" : "no",
      detail: frequency.detail,
    };
  }
  return { driverId, match: "recognised", detail: frequency.detail };
}

interface FrequencyFinding {
  readonly isPlausible: boolean;
  readonly detail: string;
}

async function readFrequency(
  link: ModbusLink,
  driver: MeterDriver,
  nominalHz: number,
): Promise<FrequencyFinding> {
  for (const read of planMeter(driver, "fast")) {
    const words = await link.read(read.request);
    if (!words.ok) return { isPlausible: false, detail: words.fault.detail };
    const block = { ...read.request, words: words.value };
    const { frequencyHz } = decodeBlock(driver, read.quantities, block);
    if (frequencyHz === undefined) return { isPlausible: false, detail: "no frequency there" };
    const isPlausible = Math.abs(frequencyHz - nominalHz) <= nominalHz * 0.1;
    return { isPlausible, detail: `frequency ${frequencyHz.toFixed(3)} Hz` };
  }
  return { isPlausible: false, detail: "no frequency in this table" };
}

/** Two registers from where the frequency begins, and which coding would make sense of them. */
async function proposeCoding(
  link: ModbusLink,
  { reads }: MeterDriver,
  nominalHz: number,
): Promise<FrequencyFinding> {
  const { table, address } = reads.frequencyHz.from;
  const words = await link.read({ table, address, wordCount: 2 });
  if (!words.ok) return { isPlausible: false, detail: words.fault.detail };
  const [high = 0, low = 0] = words.value;
  const seen = `${table} ${address} reads ${high} ${low}`;
  const proposal = classifyFrequencyRegister([high, low], nominalHz);
  if (proposal.kind === "unresolved") {
    return { isPlausible: false, detail: `${seen}: unresolved, do not commission` };
  }
  const { type, scale, frequencyHz } = proposal;
  const entry = `{ table: ${table}, address: ${address}, type: ${type}, scale: ${scale} }`;
  return { isPlausible: true, detail: `${seen}: ${frequencyHz} Hz with ${entry}` };
}
