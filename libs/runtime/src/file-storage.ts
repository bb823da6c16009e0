import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { type AppendFile, fail, ok, type Result, type Storage } from "@ballast/kernel";

/** A folder on a real disk. Confirmed means flushed: these files outlive a power cut. */
export function fileStorage(folder: string): Storage {
  const pathOf = (name: string): string => join(folder, name);
  return {
    openAppend: (name) => attempt(() => openAppend(pathOf(name))),
    read: (name) => attempt(() => readIfThere(pathOf(name))),
    readRange: (name, fromBytes, lengthBytes) =>
      attempt(() => readRange(pathOf(name), fromBytes, lengthBytes)),
    size: (name) => attempt(() => sizeOf(pathOf(name))),
    replace: (name, bytes) => attempt(() => replaceFile(pathOf(name), bytes)),
    remove: (name) => attempt(() => rm(pathOf(name), { force: true })),
    list: (name) => attempt(() => listIfThere(pathOf(name))),
  };
}

async function attempt<Value>(run: () => Promise<Value>): Promise<Result<Value>> {
  try {
    return ok(await run());
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return fail(isFull(error) ? "storage.full" : "storage.failed", detail);
  }
}

const codeOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "code" in error ? error.code : undefined;

const isMissing = (error: unknown): boolean => codeOf(error) === "ENOENT";
const isFull = (error: unknown): boolean =>
  codeOf(error) === "ENOSPC" || codeOf(error) === "EDQUOT";

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function readRange(
  path: string,
  fromBytes: number,
  lengthBytes: number,
): Promise<Uint8Array> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    if (isMissing(error)) return new Uint8Array();
    throw error;
  }
  try {
    const bytes = new Uint8Array(lengthBytes);
    let foundBytes = 0;
    while (foundBytes < lengthBytes) {
      const { bytesRead } = await file.read(
        bytes,
        foundBytes,
        lengthBytes - foundBytes,
        fromBytes + foundBytes,
      );
      if (bytesRead === 0) break;
      foundBytes += bytesRead;
    }
    return bytes.subarray(0, foundBytes);
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

async function listIfThere(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  await makeFolder(dirname(path));
  const draft = `${path}.draft`;
  const file = await open(draft, "w");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await flushFolder(dirname(path));
}

/** A new folder is a new name in the folder above it, and so on up. */
async function makeFolder(path: string): Promise<void> {
  const topmost = await mkdir(path, { recursive: true });
  if (topmost === undefined) return;
  for (let folder = path; folder.length >= topmost.length; folder = dirname(folder)) {
    await flushFolder(dirname(folder));
  }
}

/** A new name is only safe once its folder is flushed too. Not every system allows it. */
async function flushFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, "r");
    await folder.sync().finally(() => folder.close());
  } catch {
    // Windows refuses to open folders; its file system keeps names safe by itself.
  }
}

async function openAppend(path: string): Promise<AppendFile> {
  await makeFolder(dirname(path));
  const file = await open(path, "a");
  const { size: lengthBytes } = await file.stat();
  if (lengthBytes === 0) await flushFolder(dirname(path));
  // Calls that come while a flush runs are written and flushed together with the next one.
  let waiting: { bytes: Uint8Array; done: (outcome: Result<void>) => void }[] = [];
  let isWriting = false;
  const writeWaiting = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const outcome = await attempt(async () => {
        await file.writeFile(Buffer.concat(batch.map(({ bytes }) => bytes)));
        await file.datasync();
      });
      for (const { done } of batch) done(outcome);
    }
    isWriting = false;
  };
  return {
    lengthBytes,
    append: (bytes) =>
      new Promise((done) => {
        waiting.push({ bytes, done });
        if (!isWriting) void writeWaiting();
      }),
    truncate: (lengthBytes) =>
      attempt(async () => {
        await file.truncate(lengthBytes);
        await file.sync();
      }),
    close: () => file.close(),
  };
}
