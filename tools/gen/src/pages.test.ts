import {
  gridFrequency,
  historyReceipt,
  loadCap,
  loadDecision,
  loadTarget,
  serviceAlarm,
  serviceStatus,
} from "@ballast/contracts";
import { describe, expect, test } from "@jest/globals";
import * as z from "zod";
import { brokerAcl } from "./broker-acl.ts";
import { configurationPage } from "./configuration-page.ts";
import { dataFlowPage } from "./data-flow.ts";
import { table } from "./markdown.ts";
import type { ServiceFacts } from "./services.ts";
import { topicsPage } from "./topics-page.ts";

const meter: ServiceFacts = {
  name: "grid-meter",
  summary: "Reads the meter.",
  config: z.strictObject({ host: z.string().meta({ description: "Where it is." }) }),
  publishes: [gridFrequency],
  subscribes: [],
};
const controller: ServiceFacts = {
  name: "load-controller",
  summary: "Decides.",
  config: z.strictObject({}),
  publishes: [loadCap, loadTarget],
  subscribes: [gridFrequency, loadCap],
};
const topics = [gridFrequency, loadCap, loadTarget, serviceStatus];
const services = [meter, controller];

describe("broker access list", () => {
  const acl = brokerAcl(["grid-meter", "load-controller", "site-tools"], topics, services);
  const linesOf = (user: string): readonly string[] =>
    acl.split(`user ${user}\n`)[1]?.split("\n\n")[0]?.trimEnd().split("\n") ?? [];

  test("a service writes what it publishes and reads what it subscribes, and no more", () => {
    expect(linesOf("load-controller")).toEqual([
      "topic write ballast/v1/load/caps/+",
      "topic write ballast/v1/load/target",
      "topic write ballast/v1/services/load-controller/status",
      "topic read ballast/v1/grid/+/frequency",
      "topic read ballast/v1/load/caps/+",
    ]);
  });

  test("nobody speaks in another service's name", () => {
    expect(linesOf("grid-meter")).toEqual([
      "topic write ballast/v1/grid/+/frequency",
      "topic write ballast/v1/services/grid-meter/status",
    ]);
  });

  test("who keeps events reads its own receipts and alarms; the historian writes all receipts", () => {
    const keeping: ServiceFacts = {
      ...controller,
      publishes: [loadDecision],
      subscribes: [],
      keeps: [{ topic: loadDecision, whenFull: "oldest-goes" }],
    };
    const acl = brokerAcl(
      ["load-controller", "grid-meter", "historian"],
      [historyReceipt, serviceAlarm],
      [keeping, meter],
    );
    const alarms = (name: string) => `ballast/v1/services/${name}/alarms/+/+`;
    expect(acl.split("\n").filter((line) => line.startsWith("topic "))).toEqual([
      `topic write ${alarms("load-controller")}`,
      "topic read ballast/v1/history/receipts/load-controller",
      `topic read ${alarms("load-controller")}`,
      `topic write ${alarms("grid-meter")}`,
      `topic read ${alarms("grid-meter")}`,
      "topic write ballast/v1/history/receipts/+",
      `topic write ${alarms("historian")}`,
      `topic read ${alarms("historian")}`,
      "topic readwrite #", // The sensors, everywhere but on our own topics.
      "topic deny ballast/#",
    ]);
  });

  test("an engineer's tools read everything", () => {
    const read = linesOf("site-tools").filter((line) => line.startsWith("topic read "));
    expect(read).toHaveLength(topics.length);
  });
});

describe("data flow", () => {
  const page = dataFlowPage(topics, services);

  test("an arrow goes from each writer to each reader", () => {
    expect(page).toContain('grid_meter -->|"grid/{meterId}/frequency"| load_controller');
    expect(page).toContain('load_controller -->|"load/caps/{source}"| load_controller');
  });

  test("what no service reads is listed, and nothing else is", () => {
    const unread = page.split("Read by people")[1]?.match(/^- `[^`]+`/gm);
    expect(unread).toEqual(["- `load/target`", "- `services/{service}/status`"]);
  });

  test("command lines are no part of the picture", () => {
    expect(page).not.toContain("site_tools");
  });
});

test("the topic page says who writes, who reads, and until when to believe", () => {
  const row = topicsPage(topics, services)
    .split("\n")
    .find((line) => line.includes("`grid/{meterId}/frequency`"));
  expect(row).toContain("| sample | 0 | no | grid-meter | load-controller | 1.5 s |");
});

test("the configuration page has every section and marks what is required", () => {
  const page = configurationPage(services);
  for (const heading of ["## site", "## bus", "## grid-meter", "## load-controller"]) {
    expect(page).toContain(`${heading}\n`);
  }
  expect(page).toContain("| `host` | string | **required** |  | Where it is. |");
});

test("a bar within a cell does not end the cell", () => {
  expect(table(["a"], [["x | y"]])).toBe("| a |\n| --- |\n| x \\| y |");
});
