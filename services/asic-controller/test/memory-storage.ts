import { fail, ok, type Result, type Storage } from "@ballast/kernel";

/** A disk in memory. `isFull` makes every write fail from then on. */
export interface MemoryDisk extends Storage {
  readonly files: Map<string, Uint8Array>;
  isFull: boolean;
}

export function memoryDisk(): MemoryDisk {
  const files = new Map<string, Uint8Array>();
  const write = (name: string, bytes: Uint8Array): Result<void> => {
    if (disk.isFull) return fail("storage.failed", "no space left on device");
    files.set(name, bytes);
    return ok(undefined);
  };
  const disk: MemoryDisk = {
    files,
    isFull: false,
    openAppend: async (name) => {
      if (disk.isFull) return fail("storage.failed", "no space left on device");
      const bytesNow = (): Uint8Array => files.get(name) ?? new Uint8Array();
      return ok({
        content: bytesNow(),
        append: async (bytes) => write(name, Buffer.concat([bytesNow(), bytes])),
        truncate: async (lengthBytes) => write(name, bytesNow().slice(0, lengthBytes)),
        close: async () => undefined,
      });
    },
    read: async (name) => ok(files.get(name)),
    replace: async (name, bytes) => write(name, bytes),
    remove: async (name) => ok(void files.delete(name)),
    list: async () => ok([...files.keys()]),
  };
  return disk;
}
