import type { Log, LogFields } from "@ballast/kernel";
import { type DestinationStream, type Level, pino } from "pino";

/** One JSON line an event, on standard output unless told otherwise. */
export function pinoLog(options: {
  readonly service: string;
  readonly level: Level;
  readonly destination?: DestinationStream;
}): Log {
  const { service, level, destination } = options;
  const settings = { base: { service }, level, timestamp: pino.stdTimeFunctions.isoTime };
  const logger = destination === undefined ? pino(settings) : pino(settings, destination);
  const write =
    (at: "debug" | "info" | "warn" | "error") =>
    (event: string, fields?: LogFields): void => {
      logger[at](fields ?? {}, event);
    };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

/** Lines into a file, where the terminal shows a picture instead. */
export const logFile = (path: string): DestinationStream =>
  pino.destination({ dest: path, mkdir: true, sync: true });
