import { programAt, programOnPath } from "./programs.ts";
import type { ServerRecipe } from "./real-server.ts";
import { canConnect } from "./sockets.ts";

export interface RedisWish {
  readonly password?: string;
  /** Full at this; then it refuses what is written instead of forgetting something older. */
  readonly memoryMaxKb?: number;
}

export function redisRecipe({ memoryMaxKb, password }: RedisWish = {}): ServerRecipe {
  const memory =
    memoryMaxKb === undefined
      ? []
      : ["--maxmemory", `${memoryMaxKb}kb`, "--maxmemory-policy", "noeviction"];
  const settings = [
    ...["--save", "", "--appendonly", "no"],
    ...(password === undefined ? [] : ["--requirepass", password]),
    ...memory,
  ];
  return {
    name: "redis",
    howToInstall: "install the program redis-server (apt-get install redis-server)",
    url: (port) => `redis://${password === undefined ? "" : `:${password}@`}127.0.0.1:${port}`,
    isReady: canConnect,
    container: {
      image: process.env["BALLAST_IMAGE_REDIS"] ?? "redis:7-alpine",
      port: 6_379,
      command: ["redis-server", ...settings],
      environment: {},
    },
    installed: () => programAt(programOnPath("redis-server"), "--version"),
    process: {
      isForbiddenToRoot: false,
      stopSignal: "SIGTERM",
      prepare: async () => undefined,
      args: ({ folder, port }) => [
        ...["--bind", "127.0.0.1", "--port", `${port}`, "--dir", folder],
        ...settings,
      ],
    },
  };
}
