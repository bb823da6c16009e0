import { readdirSync, readFileSync } from "node:fs";
import { fail, ok, type Result } from "@ballast/kernel";
import { recordedFromCsv, Scenario } from "@ballast/sim-plant";
import { parse } from "yaml";

const folder = new URL("../../../libs/sim-plant/scenarios/", import.meta.url);

export const scenarioNames = (): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => name.replace(/\.yaml$/, ""))
    .sort();

export function scenarioByName(name: string): Result<Scenario> {
  if (!scenarioNames().includes(name)) {
    return fail(
      "config.invalid",
      `there is no scenario "${name}"; there are ${scenarioNames().join(", ")}`,
    );
  }
  const content: unknown = parse(readFileSync(new URL(`${name}.yaml`, folder), "utf8"));
  return ok(Scenario.parse(content));
}

/** A recorded frequency becomes a scenario of its own: it plays through the same meter. */
export function scenarioFromRecording(
  path: string,
  nominalHz: 50 | 60,
  nominalVoltageV: number | undefined,
): Result<Scenario> {
  const recording = recordedFromCsv(readFileSync(path, "utf8"));
  if (!recording.ok) return fail(recording.fault.code, `${path}: ${recording.fault.detail}`);
  const { rows } = recording.value;
  const firstVoltageV = rows.find(({ voltagesV }) => voltagesV !== undefined)?.voltagesV?.[0];
  const lastMs = rows.at(-1)?.offsetMs ?? 0;
  return ok(
    Scenario.parse({
      name: "recording",
      title: "A recorded frequency",
      description: path,
      durationS: Math.max(1, lastMs / 1_000),
      nominalHz,
      grid: { kind: "recorded", nominalVoltageV: nominalVoltageV ?? firstVoltageV ?? 230, rows },
      expectations: ["The site answers as it would have answered on that day."],
    }),
  );
}
