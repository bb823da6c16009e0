import type { Clock, Log, Storage } from "@ballast/kernel";
import type { LinkMemory } from "@ballast/miner-drivers";

const fileName = "device-memory.json";
/** A session id has some 10 characters; whatever is much longer is none of a driver's business. */
const lineLengthMax = 200;
/** After a write it rests so many times as long: ten thousand sessions are renewed all the time. */
const restFactor = 9;

/** What drivers keep of their miners across a restart: one short line each, in one file. */
export interface DeviceMemory {
  of(minerId: string): LinkMemory;
}

interface Surroundings {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
}

export async function openDeviceMemory({
  clock,
  log,
  storage,
}: Surroundings): Promise<DeviceMemory> {
  const lines = linesFrom(await contentOf(storage));
  let isWriting = false;
  let isStale = false;
  // Changes that come while the disk is busy are written together behind it.
  const write = async (): Promise<void> => {
    isStale = true;
    if (isWriting) return;
    isWriting = true;
    while (isStale) {
      isStale = false;
      const startedMonoMs = clock.monotonicMs();
      const text = JSON.stringify(Object.fromEntries(lines));
      const written = await storage.replace(fileName, new TextEncoder().encode(text));
      if (!written.ok) log.warn("device-memory-failed", { detail: written.fault.detail });
      await clock.sleep(restFactor * (clock.monotonicMs() - startedMonoMs));
    }
    isWriting = false;
  };
  return {
    of: (minerId) => ({
      recall: () => lines.get(minerId),
      remember: (line) => {
        if (line.length > lineLengthMax || lines.get(minerId) === line) return;
        lines.set(minerId, line);
        void write();
      },
    }),
  };
}

async function contentOf(storage: Storage): Promise<string> {
  const content = await storage.read(fileName);
  return new TextDecoder().decode(content.ok ? content.value : undefined);
}

/** A damaged file costs a minute of waiting for old sessions, never a start. */
function linesFrom(text: string): Map<string, string> {
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content !== "object" || content === null) return new Map();
    return new Map(
      Object.entries(content).filter((entry): entry is [string, string] => {
        const [, line] = entry;
        return typeof line === "string" && line.length <= lineLengthMax;
      }),
    );
  } catch {
    return new Map();
  }
}
