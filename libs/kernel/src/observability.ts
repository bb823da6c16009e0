/** Fields carry their unit in the name. Never put a secret in one. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Log transitions, not repetitions. An event is a short name: `meter-lost`, `sheds`. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export type Labels = Readonly<Record<string, string>>;

/** Names follow the Prometheus habit: base units, `_total` for counters. */
export interface Metrics {
  count(name: string, labels?: Labels, by?: number): void;
  gauge(name: string, value: number, labels?: Labels): void;
  observe(name: string, value: number, labels?: Labels): void;
}

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export const silentMetrics: Metrics = {
  count: () => undefined,
  gauge: () => undefined,
  observe: () => undefined,
};
