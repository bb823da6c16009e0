export { ageMs, isFresh, type Stamped } from "./age.ts";
export { type Bus, type BusOptions, type Message, openBus, type Reject } from "./bus.ts";
export { type EmbeddedBroker, startEmbeddedBroker } from "./embedded-broker.ts";
export { matches } from "./matches.ts";
export { type MemoryBroker, type MemoryBrokerOptions, memoryBroker } from "./memory-broker.ts";
export { type MqttOptions, mqttTransport } from "./mqtt-transport.ts";
export type { Incoming, Outgoing, Transport } from "./transport.ts";
