export {
  type LaneName,
  laneNames,
  type Outbox,
  type OutboxOptions,
  type OutboxRecord,
  openOutbox,
  type PeekOptions,
  type Position,
  type Stored,
} from "./outbox.ts";
