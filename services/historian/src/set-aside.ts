import { fail, ok, type Result, type Storage } from "@ballast/kernel";

const fileName = "refused.jsonl";
/** Past this somebody has to look before anything else is handed over; nothing is lost by it. */
const bytesMax = 16 * 1_024 * 1_024;

/** Records that the database cannot store, one a line with the reason, for people to look at. */
export class SetAside {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Whether anything lies there. Who has dealt with it deletes the file. */
  async hasAny(): Promise<boolean> {
    const size = await this.#storage.size(fileName);
    return size.ok && size.value > 0;
  }

  async add(body: string, why: string): Promise<Result<void>> {
    const opened = await this.#storage.openAppend(fileName);
    if (!opened.ok) return opened;
    const file = opened.value;
    try {
      if (file.lengthBytes >= bytesMax) {
        return fail("storage.full", `${fileName} is full; look into it and delete it`);
      }
      // After a torn write the next line begins on a line of its own.
      const line = `\n${JSON.stringify({ why, body })}\n`;
      const written = await file.append(new TextEncoder().encode(line));
      return written.ok ? ok(undefined) : written;
    } finally {
      await file.close();
    }
  }
}
