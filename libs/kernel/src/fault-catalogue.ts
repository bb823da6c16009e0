interface FaultMeaning {
  /** Whether the same request can succeed when it is sent again. Only the caller retries. */
  readonly retry: "later" | "never";
  readonly meaning: string;
}

/** All that can go wrong with the outside world. A bug of our own is an assertion, and a crash. */
export const faultCatalogue = {
  "device.unreachable": { retry: "later", meaning: "No connection within the deadline." },
  "device.silent": { retry: "later", meaning: "Connected, but no complete answer in time." },
  "device.closed": {
    retry: "later",
    meaning: "The device closed the connection without an answer: not allowed, or restarting.",
  },
  "device.garbled": { retry: "later", meaning: "The answer does not match the known format." },
  "device.oversized": { retry: "later", meaning: "The answer is longer than any real one." },
  "device.busy": { retry: "later", meaning: "The device, or another client's lock, asks to wait." },
  "device.failing": { retry: "later", meaning: "The device reports a failure of its own." },
  "device.refused": { retry: "never", meaning: "The device understood the command and declined." },
  "device.unsupported": { retry: "never", meaning: "This firmware does not know the command." },
  "device.unauthorised": { retry: "never", meaning: "Credentials or write access are missing." },
  "device.mismatch": { retry: "never", meaning: "Another device answered than configured." },
  "bus.disconnected": { retry: "later", meaning: "The broker cannot be reached." },
  "bus.invalid": { retry: "never", meaning: "The message breaks the description of its topic." },
  "bus.overflow": { retry: "later", meaning: "More messages wait for the broker than may wait." },
  "storage.failed": { retry: "later", meaning: "The disk refused to read or write." },
  "storage.full": { retry: "later", meaning: "No room is left, on the disk or in a bounded file." },
  "database.away": {
    retry: "later",
    meaning: "The database cannot be reached, or gave up midway.",
  },
  "database.invalid": {
    retry: "never",
    meaning: "The database cannot store a record for what is in it.",
  },
  "database.refused": { retry: "never", meaning: "The database declined what was asked of it." },
  "cache.away": { retry: "later", meaning: "Redis cannot be reached, or did not answer in time." },
  "cache.refused": { retry: "later", meaning: "Redis answered with an error: full, or no rights." },
  "cache.garbled": { retry: "never", meaning: "What Redis holds of a miner is no reading." },
  "sensor.invalid": {
    retry: "never",
    meaning: "A sensor's message is none that its kind can send.",
  },
  "config.invalid": { retry: "never", meaning: "The configuration breaks its schema." },
} as const satisfies Record<string, FaultMeaning>;

export type FaultCode = keyof typeof faultCatalogue;
