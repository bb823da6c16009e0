import { type AppendFile, fail, ok, type Result, type Storage } from "@ballast/kernel";

export interface MemoryStorage extends Storage {
  contentOf(name: string): Uint8Array | undefined;
  names(): readonly string[];
  /** From now on every write fails, as on a full disk, until it is switched back. */
  setFull(isFull: boolean): void;
}

/** A disk that outlives the services on it. */
export function memoryStorage(): MemoryStorage {
  // Pieces, joined when somebody reads: a journal gets thousands of appends and no reader.
  const files = new Map<string, Uint8Array[]>();
  let isFull = false;
  const guard = <Value>(run: () => Value): Result<Value> =>
    isFull ? fail("storage.failed", "no space left on device") : ok(run());
  const contentOf = (name: string): Uint8Array | undefined => {
    const pieces = files.get(name);
    return pieces === undefined ? undefined : joined(pieces);
  };
  const piecesOf = (name: string): Uint8Array[] => {
    const pieces = files.get(name) ?? [];
    files.set(name, pieces);
    return pieces;
  };
  const openAppend = (name: string): AppendFile => ({
    content: joined(piecesOf(name)),
    append: async (bytes) => guard(() => void piecesOf(name).push(bytes.slice())),
    truncate: async (lengthBytes) =>
      guard(() => void files.set(name, [joined(piecesOf(name)).slice(0, lengthBytes)])),
    close: async () => undefined,
  });
  return {
    contentOf,
    names: () => [...files.keys()],
    setFull: (next) => {
      isFull = next;
    },
    openAppend: async (name) => guard(() => openAppend(name)),
    read: async (name) => ok(contentOf(name)),
    replace: async (name, bytes) => guard(() => void files.set(name, [bytes.slice()])),
    remove: async (name) => ok(void files.delete(name)),
    list: async (folder) =>
      ok(
        [...files.keys()]
          .filter((name) => name.startsWith(`${folder}/`))
          .map((name) => name.slice(folder.length + 1)),
      ),
  };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
