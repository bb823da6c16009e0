import { readFileSync } from "node:fs";
import { readSiteFile } from "@ballast/runtime";
import { services } from "./services.ts";

const [path] = process.argv.slice(2);

if (path === undefined || path === "--help" || path === "-h") {
  process.stdout.write("npm run check-site -- FILE   says what is wrong in a site file\n");
  process.exit(path === undefined ? 1 : 0);
}
const text = read(path);
const checked = readSiteFile(text, services);
if (checked.ok) {
  const { site } = checked.value.common;
  process.stdout.write(`${path} is right: ${site.name} (${site.id}), ${site.nominalHz} Hz.\n`);
} else {
  for (const problem of checked.problems) process.stderr.write(`${problem}\n`);
  process.stderr.write(`${checked.problems.length} problem(s) in ${path}; nothing would start.\n`);
  process.exit(1);
}

function read(from: string): string {
  try {
    return readFileSync(from, "utf8");
  } catch (error) {
    process.stderr.write(
      `${from} cannot be read: ${error instanceof Error ? error.message : error}\n`,
    );
    process.exit(1);
  }
}
