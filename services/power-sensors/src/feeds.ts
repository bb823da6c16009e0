import { readFileSync } from "node:fs";
import { mqttTransport, type Transport } from "@ballast/bus";
import { fail, ok, type Result } from "@ballast/kernel";
import type { PortSystem, RawBus } from "@ballast/runtime";
import type { BrokerConfig } from "./config.ts";

/** Where sensors speak: the site's own broker, or a foreign one. */
export type Feed = RawBus;

/** A connection to a foreign broker. It comes back by itself and knows its topics again. */
export type OpenFeed = (broker: BrokerConfig, clientId: string) => Result<Transport>;

export const openMqttFeed =
  ({ clock, log, random }: PortSystem): OpenFeed =>
  ({ id, url, username, passwordFile }, clientId) => {
    const password = passwordFrom(passwordFile);
    if (!password.ok) return password;
    const credentials =
      username === undefined ? undefined : { username, password: password.value ?? "" };
    return ok(mqttTransport({ url, clientId, credentials, clock, random: random.fork(id), log }));
  };

function passwordFrom(path: string | undefined): Result<string | undefined> {
  if (path === undefined) return ok(undefined);
  try {
    return ok(readFileSync(path, "utf8").trim());
  } catch {
    return fail("config.invalid", `the password file ${path} cannot be read`);
  }
}
