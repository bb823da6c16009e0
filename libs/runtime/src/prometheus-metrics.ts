import { type MetricName, metricCatalogue } from "@ballast/contracts";
import { assert, type Labels, type Metrics } from "@ballast/kernel";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** From a controller's fastest step to its slowest acceptable one. */
const secondsBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

type Instrument = Counter | Gauge | Histogram;

export interface PrometheusMetrics extends Metrics {
  /** The text that Prometheus reads. */
  render(): Promise<string>;
  readonly contentType: string;
}

const isKnown = (name: string): name is MetricName => Object.hasOwn(metricCatalogue, name);

/** Every metric comes from the catalogue; another name is a broken promise of ours. */
export function prometheusMetrics(service: string): PrometheusMetrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const instruments = new Map<string, Instrument>();
  const instrument = (name: string): Instrument => {
    const known = instruments.get(name);
    if (known !== undefined) return known;
    assert(isKnown(name), `metric ${name} is not in the catalogue`);
    const { kind, help, labels } = metricCatalogue[name];
    const settings = { name, help, labelNames: [...labels], registers: [registry] };
    const created =
      kind === "counter"
        ? new Counter(settings)
        : kind === "gauge"
          ? new Gauge(settings)
          : new Histogram({ ...settings, buckets: secondsBuckets });
    instruments.set(name, created);
    return created;
  };
  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    count: (name: string, labels: Labels = {}, by = 1) => {
      const counter = instrument(name);
      assert(counter instanceof Counter, `${name} is no counter`);
      counter.inc(labels, by);
    },
    gauge: (name: string, value: number, labels: Labels = {}) => {
      const gauge = instrument(name);
      assert(gauge instanceof Gauge, `${name} is no gauge`);
      gauge.set(labels, value);
    },
    observe: (name: string, value: number, labels: Labels = {}) => {
      const histogram = instrument(name);
      assert(histogram instanceof Histogram, `${name} is no histogram`);
      histogram.observe(labels, value);
    },
  };
}
