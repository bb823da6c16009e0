export { type CuttingProxy, openCuttingProxy } from "./cutting-proxy.ts";
export { historyContract, type StoreUnderTest } from "./history-contract.ts";
export { cycleAt, decisionAt, gridEventAt, minerOf, oneOfEach } from "./sample-records.ts";
export { openTestPostgres, type TestPostgres } from "./test-postgres.ts";
