export { programOnPath } from "./programs.ts";
export type { RealServer } from "./real-server.ts";
export type { RedisWish } from "./redis.ts";
export { canConnect, freePort, until } from "./sockets.ts";
export { startAedes, startMosquitto, startPostgres, startRedis } from "./start-server.ts";
export { serversLine } from "./survey.ts";
