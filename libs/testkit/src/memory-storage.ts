import { type AppendFile, fail, ok, type Result, type Storage } from "@ballast/kernel";

export interface MemoryStorage extends Storage {
  /** Power cut: what was written but not yet confirmed is gone. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** From now on every write fails, as on a full disk, until it is switched back. */
  setFull(isFull: boolean): void;
}

/** A disk that outlives the services on it. */
export function memoryStorage(): MemoryStorage {
  const files = new Map<string, Uint8Array>();
  let isFull = false;
  const guard = <Value>(run: () => Value): Result<Value> =>
    isFull ? fail("storage.failed", "no space left on device") : ok(run());
  const openAppend = (name: string): AppendFile => {
    const content = files.get(name) ?? new Uint8Array();
    files.set(name, content);
    return {
      content,
      append: async (bytes) => guard(() => void files.set(name, joined(files.get(name), bytes))),
      truncate: async (lengthBytes) =>
        guard(() => void files.set(name, (files.get(name) ?? content).slice(0, lengthBytes))),
      close: async () => undefined,
    };
  };
  return {
    files,
    setFull: (next) => {
      isFull = next;
    },
    openAppend: async (name) => guard(() => openAppend(name)),
    read: async (name) => ok(files.get(name)),
    replace: async (name, bytes) => guard(() => void files.set(name, bytes.slice())),
    remove: async (name) => ok(void files.delete(name)),
    list: async (folder) =>
      ok(
        [...files.keys()]
          .filter((name) => name.startsWith(`${folder}/`))
          .map((name) => name.slice(folder.length + 1)),
      ),
  };
}

function joined(head: Uint8Array | undefined, tail: Uint8Array): Uint8Array {
  if (head === undefined) return tail.slice();
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
