import { alarmCatalogue, metricCatalogue } from "@ballast/contracts";
import { faultCatalogue } from "@ballast/kernel";
import { code, page, table } from "./markdown.ts";

export const alarmsPage = (): string =>
  page(
    "Alarms",
    "Conditions that last: a service raises one and clears it. Only these exist.",
    table(
      ["Alarm", "Severity", "What it means", "What to do"],
      Object.entries(alarmCatalogue).map(([name, { severity, meaning, whatToDo }]) => [
        code(name),
        severity,
        meaning,
        whatToDo,
      ]),
    ),
  );

export const faultsPage = (): string =>
  page(
    "Faults",
    "What can go wrong with the outside world, as logs and metrics name it. " +
      "“Later” means that the same request can succeed when it is sent again.",
    table(
      ["Fault", "Try again", "What it means"],
      Object.entries(faultCatalogue).map(([name, { retry, meaning }]) => [
        code(name),
        retry,
        meaning,
      ]),
    ),
  );

export const metricsPage = (): string =>
  page(
    "Metrics",
    "What every service shows at `/metrics`, in base units.",
    table(
      ["Metric", "Kind", "Labels", "What it means"],
      Object.entries(metricCatalogue).map(([name, { kind, labels, help }]) => [
        code(name),
        kind,
        labels.join(", "),
        help,
      ]),
    ),
  );
