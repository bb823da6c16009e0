import { readFile } from "node:fs/promises";
import { type HistoryStore, postgresStore } from "@ballast/history";
import { fail, type Log, ok, type Result } from "@ballast/kernel";

/** What reaches beyond the service: the database, and the file that names it. */
export interface HistorianPorts {
  openStore(url: string): HistoryStore;
  readText(path: string): Promise<Result<string>>;
}

export const realPorts = ({ log }: { readonly log: Log }): HistorianPorts => ({
  openStore: (url) =>
    postgresStore({
      url,
      onConnected: ({ appliedCount }) => log.info("database-connected", { appliedCount }),
    }),
  readText: async (path) => {
    try {
      return ok(await readFile(path, "utf8"));
    } catch (error) {
      return fail("storage.failed", error instanceof Error ? error.message : String(error));
    }
  },
});
