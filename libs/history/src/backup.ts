export type { Tail as BackupSummary } from "./backup/archive-format.ts";
export { type BackupOptions, backup } from "./backup/backup.ts";
export { type RestoreOptions, restore } from "./backup/restore.ts";
