import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startEmbeddedBroker } from "@ballast/bus";
import { assert } from "@ballast/kernel";
import { programAt, programOnPath } from "./programs.ts";
import type { Place, ServerBody, ServerRecipe } from "./real-server.ts";
import { canConnect } from "./sockets.ts";

const openSettings = "allow_anonymous true\npersistence false\n";

export const mosquittoRecipe: ServerRecipe = {
  name: "mosquitto",
  howToInstall: "install the program mosquitto (apt-get install mosquitto)",
  url: (port) => `mqtt://127.0.0.1:${port}`,
  isReady: canConnect,
  container: {
    image: process.env["BALLAST_IMAGE_MOSQUITTO"] ?? "eclipse-mosquitto:2",
    port: 1_883,
    command: ["mosquitto", "-c", "/mosquitto-no-auth.conf"],
    environment: {},
  },
  installed: () => programAt(programOnPath("mosquitto"), "-h"),
  process: {
    isForbiddenToRoot: false,
    stopSignal: "SIGTERM",
    prepare: async (_program, { folder, port }) =>
      writeFile(settingsIn(folder), `listener ${port} 127.0.0.1\n${openSettings}`),
    args: ({ folder }) => ["-c", settingsIn(folder)],
  },
  embedded: { kind: "object", label: "aedes", open: aedesBody },
};

const settingsIn = (folder: string): string => join(folder, "mosquitto.conf");

async function aedesBody({ port }: Place): Promise<ServerBody> {
  const start = async () => {
    const started = await startEmbeddedBroker({ host: "127.0.0.1", port });
    assert(started.ok, "the embedded broker starts");
    return started.value;
  };
  let broker: Awaited<ReturnType<typeof start>> | undefined = await start();
  const stop = async (): Promise<void> => {
    await broker?.close();
    broker = undefined;
  };
  const refuse = (): Promise<never> =>
    Promise.reject(new Error("the embedded broker lives in this process and cannot stand still"));
  return {
    start: async () => {
      broker = await start();
    },
    stop,
    pause: refuse,
    resume: refuse,
    close: stop,
  };
}
