export { type MemoryStore, memoryStore } from "./memory-store.ts";
export { monthStart } from "./months.ts";
export { type Connection, connect, placeOf } from "./postgres/connection.ts";
export { migrate, readMigrations } from "./postgres/migrate.ts";
export { type PostgresStoreOptions, postgresStore } from "./postgres/postgres-store.ts";
export * from "./records.ts";
export type { HistoryReader, HistoryStore, Retention, Selection } from "./store.ts";
export { allTables, recordKinds, tableOf } from "./tables.ts";
