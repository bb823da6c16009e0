import { parseArgs } from "node:util";
import { realClock } from "@ballast/kernel";
import { onStopSignal } from "@ballast/runtime";
import { busArguments, busHelp, defaultSitePath, noBroker, openSiteBus } from "./site-bus.ts";
import { watch } from "./watch.ts";

const help = `Follows the bus live, decoded; Ctrl-C ends.

  npm run watch [-- FILTER]

  FILTER                a part of the address (frequency) or an MQTT filter (load/#)
${busHelp}  --json                for programs: one JSON object a line
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...busArguments,
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help === true) {
  process.stdout.write(help);
  process.exit(0);
}

const clock = realClock();
const { transport, url } = openSiteBus(values, {
  clock,
  command: "watch",
  sitePath: defaultSitePath,
});

let isStopping = false;
onStopSignal(() => {
  isStopping = true;
  return transport.close();
});
// Whoever reads us may have seen enough: `npm run watch | head`.
process.stdout.on("error", () => process.exit(0));

const isFollowing = await watch({
  transport,
  clock,
  filter: positionals[0],
  isJson: values.json,
  print: (line) => process.stdout.write(`${line}\n`),
  tell: (line) => {
    if (!isStopping) process.stderr.write(`${line}\n`);
  },
});
if (!isFollowing) {
  process.stderr.write(noBroker(url));
  process.exit(1);
}
