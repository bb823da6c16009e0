interface MetricMeaning {
  readonly kind: "counter" | "gauge" | "histogram";
  readonly help: string;
  /** Only names with few values: never an address, never a free text. */
  readonly labels: readonly string[];
}

/** Every metric that a service keeps. Base units; counters end in `_total`. */
export const metricCatalogue = {
  ballast_bus_published_total: {
    kind: "counter",
    help: "Messages handed to the broker.",
    labels: ["topic"],
  },
  ballast_bus_received_total: {
    kind: "counter",
    help: "Messages received and understood.",
    labels: ["topic"],
  },
  ballast_bus_rejected_total: {
    kind: "counter",
    help: "Messages that broke their topic's description.",
    labels: ["direction"],
  },
  ballast_bus_dropped_total: {
    kind: "counter",
    help: "Messages dropped because the broker was away.",
    labels: ["topic"],
  },
} as const satisfies Record<string, MetricMeaning>;

export type MetricName = keyof typeof metricCatalogue;
