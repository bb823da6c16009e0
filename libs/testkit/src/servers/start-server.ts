import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { containerBody, hasImage } from "./container-body.ts";
import { mosquittoRecipe } from "./mosquitto.ts";
import { postgresRecipe } from "./postgres.ts";
import { processBody } from "./process-body.ts";
import type { Place, RealServer, ServerBody, ServerRecipe } from "./real-server.ts";
import { type RedisWish, redisRecipe } from "./redis.ts";
import { freePort } from "./sockets.ts";

export const startMosquitto = (): Promise<RealServer> => startServer(mosquittoRecipe);
export const startRedis = (wish: RedisWish = {}): Promise<RealServer> =>
  startServer(redisRecipe(wish));
export const startPostgres = (): Promise<RealServer> => startServer(postgresRecipe);
/** The broker of `npm start`, whatever else is here. */
export const startAedes = (): Promise<RealServer> => startServer(mosquittoRecipe, "embedded");

/** How a server can be brought up here: the first way that is open. */
interface Way {
  readonly label: string;
  open(place: Place): Promise<ServerBody>;
}

const waysInOrder = ["docker", "path", "embedded"] as const;

/**
 * Docker where an engine answers and has the image, else the program of this machine, else what the
 * packages bring. BALLAST_SERVERS=docker, path or embedded allows that one only.
 */
export async function wayFor(
  recipe: ServerRecipe,
  folder: string,
  only = process.env["BALLAST_SERVERS"],
): Promise<Way | undefined> {
  for (const kind of waysInOrder) {
    const way = only === undefined || only === kind ? await ways[kind](recipe, folder) : undefined;
    if (way !== undefined) return way;
  }
  return undefined;
}

const ways: Readonly<
  Record<
    (typeof waysInOrder)[number],
    (recipe: ServerRecipe, folder: string) => Promise<Way | undefined>
  >
> = {
  docker: async (recipe) => {
    const { image } = recipe.container;
    if (!(await hasImage(image))) return undefined;
    return { label: `from Docker ${image}`, open: (place) => containerBody(recipe, place) };
  },
  path: async (recipe) => {
    const program = recipe.installed();
    return (
      program && {
        label: `from PATH ${program.version}`,
        open: (place) => processBody(recipe, program, place),
      }
    );
  },
  embedded: async (recipe, folder) => {
    const { embedded } = recipe;
    if (embedded === undefined) return undefined;
    if (embedded.kind === "object") return { ...embedded, label: `embedded as ${embedded.label}` };
    const program = await embedded.find(folder);
    return (
      program && {
        label: `embedded ${program.version}`,
        open: (place) => processBody(recipe, program, place),
      }
    );
  },
};

/** Runs only for this caller, on 127.0.0.1 at a free port, until it is closed. */
async function startServer(
  recipe: ServerRecipe,
  only?: (typeof waysInOrder)[number],
): Promise<RealServer> {
  const folder = await mkdtemp(join(tmpdir(), `ballast-${recipe.name}-`));
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const way = await wayFor(recipe, folder, only);
    if (way === undefined) {
      throw new Error(`There is no ${recipe.name} here: ${recipe.howToInstall}.`);
    }
    const port = await freePort();
    const body = await way.open({ port, folder });
    return {
      ...body,
      port,
      url: recipe.url(port),
      origin: `${recipe.name} ${way.label}`,
      close: async () => {
        await body.close();
        await removeFolder();
      },
    };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}
