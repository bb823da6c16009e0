import * as z from "zod";

/** A topic, or the beginning of one, as it is spelled on the broker. */
export const topicName = (description: string) =>
  z
    .string()
    .max(200)
    .regex(/^[^+#\s/$][^+#\s]*$/, "a topic without wildcards, blanks, or a slash in front")
    .regex(/[^/]$/, "a topic without a slash at its end")
    .regex(/^(?!ballast\/)/, "no topic of our own")
    .meta({ description });

/** One level of a topic. */
export const topicLevel = (description: string) =>
  z
    .string()
    .max(100)
    .regex(/^[^+#\s/]+$/, "one level of a topic, without wildcards, blanks and slashes")
    .meta({ description });
