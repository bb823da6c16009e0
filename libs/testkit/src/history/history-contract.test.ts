import { memoryStore, postgresStore } from "@ballast/history";
import { afterAll, beforeAll } from "@jest/globals";
import { openCuttingProxy } from "./cutting-proxy.ts";
import { historyContract } from "./history-contract.ts";
import { openTestPostgres, type TestPostgres } from "./test-postgres.ts";

historyContract("memory", async () => {
  const store = memoryStore();
  return {
    store,
    setAway: (isAway) => store.setAway(isAway),
    loseNextAnswer: () => store.loseNextAnswer(),
    close: () => store.close(),
  };
});

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await openTestPostgres();
});
afterAll(() => postgres.close());

historyContract("PostgreSQL", async () => {
  const proxy = await openCuttingProxy(() => postgres.port());
  const store = postgresStore({ url: await postgres.freshDatabase(proxy.port) });
  return {
    store,
    setAway: (isAway) => proxy.setAway(isAway),
    loseNextAnswer: () => proxy.cutAfterNextCommit(),
    close: async () => {
      await store.close();
      await proxy.close();
    },
  };
});
