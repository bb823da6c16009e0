import { serversLine } from "./survey.ts";

process.stderr.write(`${await serversLine()}\n`);
