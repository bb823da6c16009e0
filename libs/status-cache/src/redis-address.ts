import { readFile } from "node:fs/promises";
import { Secret } from "@ballast/contracts";
import { fail, ok, type Result } from "@ballast/kernel";
import type { StatusCacheSettings } from "./settings.ts";

export const redisScheme = /^rediss?:\/\//;

/** Gives the address anew for each connection: a password in a file may be changed meanwhile. */
export type RedisAddress = () => Promise<Result<Secret>>;

/** Undefined where no Redis is configured. */
export function redisAddress({
  redisUrl,
  redisUrlFile,
}: Pick<StatusCacheSettings, "redisUrl" | "redisUrlFile">): RedisAddress | undefined {
  if (redisUrl !== undefined) return async () => ok(redisUrl);
  return redisUrlFile === undefined ? undefined : () => addressIn(redisUrlFile);
}

async function addressIn(path: string): Promise<Result<Secret>> {
  try {
    const url = (await readFile(path, "utf8")).trim();
    if (redisScheme.test(url)) return ok(new Secret(url));
    return fail("cache.away", `${path} holds no address that starts with redis:// or rediss://`);
  } catch (error) {
    return fail("cache.away", `${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** For logs and alarms: where, but never as whom and with which password. */
export function hostOf(url: Secret): string {
  try {
    return new URL(url.reveal()).host;
  } catch {
    return "Redis";
  }
}

/** Takes out what an error's text may have repeated of the address. */
export function withoutSecrets(text: string, url: Secret): string {
  const [, credentials = ""] = /\/\/([^\s]*)@/.exec(url.reveal()) ?? [];
  const password = credentials.slice(credentials.indexOf(":") + 1);
  return [url.reveal(), credentials, password, decoded(password)]
    .filter((secret) => secret !== "")
    .reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
