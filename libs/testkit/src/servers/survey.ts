import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mosquittoRecipe } from "./mosquitto.ts";
import { postgresRecipe } from "./postgres.ts";
import { redisRecipe } from "./redis.ts";
import { wayFor } from "./start-server.ts";

/** Which server each kind of test would use on this machine, on one line. Starts none. */
export async function serversLine(): Promise<string> {
  const words: string[] = [];
  for (const recipe of [mosquittoRecipe, redisRecipe(), postgresRecipe]) {
    const folder = await mkdtemp(join(tmpdir(), "ballast-survey-"));
    const way = await wayFor(recipe, folder);
    await rm(folder, { recursive: true, force: true });
    words.push(`${recipe.name} ${way?.label ?? `missing: ${recipe.howToInstall}`}`);
  }
  return `servers: ${words.join(", ")}`;
}
