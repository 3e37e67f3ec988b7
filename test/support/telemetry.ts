import { afterEach } from '@jest/globals';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { instrumentMarketingCloud, type InstrumentationOptions } from '../../src/opentelemetry';

/** One series of a metric. */
export interface Series {
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of a counter its sum, of a histogram how many values it has. */
  readonly count: number;
  /** Of a histogram. */
  readonly sum: number | undefined;
}

/** Metrics and spans as OpenTelemetry's SDK has them, in memory. */
export interface Telemetry {
  /** All metrics, by name without the namespace. */
  readonly metrics: () => Promise<ReadonlyMap<string, MetricData>>;
  /** The series of a metric. */
  readonly series: (name: string) => Promise<Series[]>;
  readonly spans: () => readonly ReadableSpan[];
  /** Ends the instrumentation. */
  readonly stop: () => void;
}

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

/** Instruments the package with exporters in memory, until the test is over. */
export function collectTelemetry(options: Pick<InstrumentationOptions, 'tenants'> = {}): Telemetry {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const spans = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const stop = instrumentMarketingCloud({ ...options, meterProvider, tracerProvider });
  ends.push(async () => {
    stop();
    await Promise.all([meterProvider.shutdown(), tracerProvider.shutdown()]);
  });
  const metrics = async (): Promise<ReadonlyMap<string, MetricData>> => {
    exporter.reset();
    await meterProvider.forceFlush();
    const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    return new Map(all.map((metric) => [metric.descriptor.name.replace('passport_marketing_cloud.', ''), metric]));
  };
  return {
    metrics,
    series: async (name) => {
      const points = (await metrics()).get(name)?.dataPoints ?? [];
      return points.map(({ attributes, value }) => ({
        attributes,
        count: typeof value === 'number' ? value : (value as { count: number }).count,
        sum: typeof value === 'number' ? undefined : (value as { sum?: number }).sum,
      }));
    },
    spans: () => spans.getFinishedSpans(),
    stop,
  };
}
