import { milliseconds, Secret, text } from "@ballast/contracts";
import * as z from "zod";
import { redisScheme } from "./redis-address.ts";

const redisUrl = z
  .string()
  .regex(redisScheme, "starts with redis:// or rediss://")
  .meta({
    description: "redis://user:password@host:6379/0, or rediss:// for TLS; else memory is used.",
    isSecret: true,
  })
  .transform((url) => new Secret(url));

/** Where the latest readings are kept. Whoever writes or reads them has these in its section. */
export const StatusCacheSettings = z
  .strictObject({
    redisUrl: redisUrl.optional(),
    redisUrlFile: text("A file that holds the redisUrl instead; read at each connect.").optional(),
    expiryMs: milliseconds("A reading that is not written again is gone after this.")
      .min(1_000)
      .default(60_000),
    gatherMs: milliseconds("Readings are gathered for so long and then written together.")
      .min(200)
      .max(500)
      .default(250),
    deadlineMs: milliseconds("How long Redis may take to answer.").min(100).default(2_000),
  })
  .refine((settings) => settings.redisUrl === undefined || settings.redisUrlFile === undefined, {
    message: "name redisUrl or redisUrlFile, not both",
  });
export type StatusCacheSettings = z.infer<typeof StatusCacheSettings>;
