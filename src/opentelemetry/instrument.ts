import { metrics, trace, type MeterProvider, type TracerProvider } from '@opentelemetry/api';
import { optionError, parseOptions } from '../strict-options';
import { subscribeMetrics } from './metrics';
import { subscribeSpans } from './spans';
import { Subscriptions } from './subscriptions';

/**
 * The options of `instrumentMarketingCloud()`.
 *
 * @example
 * const options: InstrumentationOptions = { tenants: true };
 * const stop = instrumentMarketingCloud(options);
 */
export interface InstrumentationOptions {
  /** @default the global one, as `metrics.setGlobalMeterProvider` has set it by then */
  readonly meterProvider?: MeterProvider | undefined;
  /** @default the global one, as `trace.setGlobalTracerProvider` has set it */
  readonly tracerProvider?: TracerProvider | undefined;
  /**
   * Whether metrics have the attribute `passport_marketing_cloud.tenant`, the subdomain: one series for each tenant. Spans
   * always have it.
   *
   * @default false
   */
  readonly tenants?: boolean | undefined;
}

/** The name of the instrumentation scope. */
const SCOPE = 'passport-marketing-cloud';

/**
 * Turns the package's events into metrics and spans of OpenTelemetry, for all strategies of the process. Returns a
 * function that ends this. Call it once, after the SDK has been started: a meter of the global provider that is asked for
 * earlier stays without effect. Nothing that identifies a user or a grant is on a metric; spans have the hash of the
 * grant's id.
 *
 * Sources: https://opentelemetry.io/docs/specs/semconv/general/metrics/,
 * https://opentelemetry.io/docs/specs/semconv/general/recording-errors/
 *
 * @throws TypeError for bad options
 *
 * @example
 * const stop = instrumentMarketingCloud();
 * process.once('SIGTERM', stop);
 */
export function instrumentMarketingCloud(options: InstrumentationOptions = {}): () => void {
  const owner = 'instrumentMarketingCloud()';
  const option = parseOptions(owner, options, ['meterProvider', 'tracerProvider', 'tenants']);
  const meterProvider = option('meterProvider') ?? metrics.getMeterProvider();
  const tracerProvider = option('tracerProvider') ?? trace.getTracerProvider();
  const tenants = option('tenants') ?? false;
  if (!hasMethod(meterProvider, 'getMeter')) throw optionError('meterProvider', 'must have a getMeter()', owner);
  if (!hasMethod(tracerProvider, 'getTracer')) throw optionError('tracerProvider', 'must have a getTracer()', owner);
  if (typeof tenants !== 'boolean') throw optionError('tenants', 'must be true or false', owner);
  const subscriptions = new Subscriptions();
  subscribeMetrics(subscriptions, (meterProvider as MeterProvider).getMeter(SCOPE), { tenants });
  subscribeSpans(subscriptions, (tracerProvider as TracerProvider).getTracer(SCOPE));
  return () => subscriptions.end();
}

function hasMethod(value: unknown, name: string): boolean {
  return typeof (Object(value) as Record<string, unknown>)[name] === 'function';
}
