import { type FaultCode, fail, type Result } from "@ballast/kernel";

interface ExceptionMeaning {
  readonly fault: FaultCode;
  readonly meaning: string;
}

/** Exception codes of the Modbus application protocol 1.1b3, section 7, and what they mean to us. */
export const modbusExceptions: Readonly<Record<number, ExceptionMeaning>> = {
  1: { fault: "device.unsupported", meaning: "illegal function" },
  2: { fault: "device.unsupported", meaning: "illegal data address" },
  3: { fault: "device.unsupported", meaning: "illegal data value, perhaps too many registers" },
  4: { fault: "device.failing", meaning: "device failure" },
  5: { fault: "device.busy", meaning: "acknowledged, the answer comes later" },
  6: { fault: "device.busy", meaning: "busy" },
  8: { fault: "device.failing", meaning: "parity or checksum error in the device's memory" },
  // Behind a gateway the device itself is gone: to us the same as no answer.
  10: { fault: "device.silent", meaning: "gateway has no path" },
  11: { fault: "device.silent", meaning: "no answer from the device behind the gateway" },
};

export function exceptionFault(code: number): Result<never> {
  const known = modbusExceptions[code];
  if (known === undefined) return fail("device.garbled", `unknown Modbus exception ${code}`);
  return fail(known.fault, `Modbus exception ${code}: ${known.meaning}`);
}
