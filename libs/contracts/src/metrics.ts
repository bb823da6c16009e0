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
  ballast_meter_read_seconds: {
    kind: "histogram",
    help: "Time from a request to a meter to its reply.",
    labels: ["meter"],
  },
  ballast_meter_failed_total: {
    kind: "counter",
    help: "Requests that a meter did not answer, or answered wrongly, by fault code.",
    labels: ["meter", "code"],
  },
  ballast_miner_reads_total: {
    kind: "counter",
    help: "Readings asked of miners.",
    labels: ["outcome"],
  },
  ballast_miner_commands_total: {
    kind: "counter",
    help: "Commands sent to miners, by what they answered.",
    labels: ["wish", "outcome"],
  },
  ballast_fleet_miners: {
    kind: "gauge",
    help: "Miners of the fleet, by what is known of them.",
    labels: ["state"],
  },
  ballast_fleet_power_watts: {
    kind: "gauge",
    help: "Power of the fleet: allowed, planned with, and drawn by what the miners say.",
    labels: ["kind"],
  },
  ballast_load_target_watts: {
    kind: "gauge",
    help: "The power that all miners together may draw.",
    labels: [],
  },
  ballast_load_decisions_total: {
    kind: "counter",
    help: "Decisions that moved the target, by the rule that moved it.",
    labels: ["reason"],
  },
  ballast_load_sample_age_seconds: {
    kind: "histogram",
    help: "Age of a frequency sample when the target that it led to was published.",
    labels: [],
  },
  ballast_sensor_messages_total: {
    kind: "counter",
    help: "Messages of power sensors, by what became of them.",
    labels: ["sensor", "outcome"],
  },
  ballast_power_watts: {
    kind: "gauge",
    help: "The site's power: allowed, reserved, taken by others, left for miners, measured.",
    labels: ["kind"],
  },
  ballast_history_records_total: {
    kind: "counter",
    help: "Records of the history, by what became of them.",
    labels: ["outcome"],
  },
  ballast_history_waiting_records: {
    kind: "gauge",
    help: "Records on disk that the database does not have yet.",
    labels: [],
  },
  ballast_history_ship_seconds: {
    kind: "histogram",
    help: "Time to hand one batch of records to the database.",
    labels: [],
  },
  ballast_cache_writes_total: {
    kind: "counter",
    help: "Fleet writes to the status cache, by outcome.",
    labels: ["outcome"],
  },
} as const satisfies Record<string, MetricMeaning>;

export type MetricName = keyof typeof metricCatalogue;
