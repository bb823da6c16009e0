import { type HistoryStore, postgresStore } from "@ballast/history";
import type { Log, Result } from "@ballast/kernel";
import { readText } from "@ballast/runtime";

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
  readText,
});
