import { existsSync } from "node:fs";
import type { Place, ServerBody, ServerRecipe } from "./real-server.ts";
import { until } from "./sockets.ts";

const stopWaitS = 5;

/** Whether an engine may be there at all: asking the library takes far longer than looking. */
const hasEngine = (): boolean =>
  process.env["DOCKER_HOST"] !== undefined || existsSync("/var/run/docker.sock");

/** True when an engine answers and has the image: tests fetch nothing by themselves. */
export async function hasImage(image: string): Promise<boolean> {
  if (!hasEngine()) return false;
  try {
    const { getContainerRuntimeClient } = await import("testcontainers");
    const { container } = await getContainerRuntimeClient();
    await container.dockerode.getImage(image).inspect();
    return true;
  } catch {
    return false;
  }
}

/** The server in a container, at a fixed port of this machine, so that it can come back there. */
export async function containerBody(recipe: ServerRecipe, { port }: Place): Promise<ServerBody> {
  const { GenericContainer, getContainerRuntimeClient } = await import("testcontainers");
  const { command, environment, image, port: inside } = recipe.container;
  const started = await new GenericContainer(image)
    .withExposedPorts({ container: inside, host: port })
    .withEnvironment({ ...environment })
    .withCommand([...command])
    .start();
  const { container } = await getContainerRuntimeClient();
  const handle = container.getById(started.getId());
  const ready = (): Promise<void> => until(() => recipe.isReady(port));
  await ready();
  return {
    start: async () => {
      await handle.start();
      await ready();
    },
    stop: async () => {
      await handle.stop({ t: stopWaitS });
    },
    pause: async () => {
      await handle.pause();
    },
    resume: async () => {
      await handle.unpause();
    },
    close: async () => {
      await handle.remove({ force: true, v: true });
    },
  };
}
