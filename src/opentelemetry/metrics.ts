import type { Counter, Histogram, Meter } from '@opentelemetry/api';
import { OTHER_ERROR, toAttributes } from './attributes';
import type { Subscriptions } from './subscriptions';

/** The boundaries that the semantic conventions give for HTTP calls, in seconds, and one for a refresh that waits. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 15];

/** What an event says of its strategy and tenant. */
interface Source {
  readonly strategy: string;
  readonly subdomain?: string;
}

/** Counts events, and how long the work behind them took. */
export function subscribeMetrics(
  events: Subscriptions,
  meter: Meter,
  { tenants }: { readonly tenants: boolean },
): void {
  const toSource = ({ strategy, subdomain }: Source) => ({ strategy, ...(tenants && { tenant: subdomain }) });
  subscribeSignIns(events, meter, toSource);
  subscribeRefreshes(events, meter, toSource);
  subscribeCalls(events, meter, toSource);
}

type ToSource = (event: Source) => { strategy: string; tenant?: string | undefined };

function subscribeSignIns(events: Subscriptions, meter: Meter, toSource: ToSource): void {
  const starts = counter(meter, 'sign_in.starts', '{sign_in}', 'Browsers sent to Marketing Cloud.');
  const duration = seconds(meter, 'sign_in.duration', 'Time to answer a callback, or a login route that refused.');
  const refusals = counter(meter, 'sign_in.refusals', '{sign_in}', 'Sign-ins that ended without a user.');
  const blocks = counter(meter, 'sign_in.blocks', '{sign_in}', 'Sign-ins that were not begun since they cannot work.');
  events.on('sign-in-started', (event) => starts.add(1, toAttributes(toSource(event))));
  events.on('sign-in-finished', (event) => {
    duration.record(event.durationMs / 1000, toAttributes(toSource(event)));
  });
  events.on('sign-in-refused', (event) => {
    const { durationMs, outcome, reason, code = OTHER_ERROR } = event;
    const source = { ...toSource(event), errorType: code };
    duration.record(durationMs / 1000, toAttributes(source));
    refusals.add(1, toAttributes({ ...source, outcome, reason }));
  });
  events.on('sign-in-blocked', (event) => blocks.add(1, toAttributes({ ...toSource(event), reason: event.reason })));
}

function subscribeRefreshes(events: Subscriptions, meter: Meter, toSource: ToSource): void {
  const duration = seconds(meter, 'refresh.duration', 'Time of a refresh: token calls and the write to the vault.');
  const failures = counter(meter, 'refresh.failures', '{refresh}', 'Refreshes that brought no tokens.');
  const shared = counter(meter, 'refresh.shared', '{request}', 'Requests that took the tokens of another refresh.');
  const lost = counter(meter, 'rotations_lost', '{grant}', 'Grants whose next refresh token was lost.');
  const changes = counter(meter, 'tenant_changes', '{refresh}', 'Token answers with base URLs of another tenant.');
  const forgotten = counter(meter, 'grants_forgotten', '{grant}', 'Grants that the app or the user ended.');
  events.on('refresh-finished', (event) => {
    duration.record(event.durationMs / 1000, toAttributes(toSource(event)));
  });
  events.on('refresh-failed', (event) => {
    const source = { ...toSource(event), errorType: event.code };
    duration.record(event.durationMs / 1000, toAttributes(source));
    failures.add(1, toAttributes({ ...source, willRetry: event.willRetry }));
  });
  events.on('refresh-shared', (event) => shared.add(1, toAttributes({ ...toSource(event), with: event.with })));
  events.on('rotation-lost', (event) => lost.add(1, toAttributes(toSource(event))));
  events.on('tenant-changed', (event) => changes.add(1, toAttributes(toSource(event))));
  events.on('grant-forgotten', (event) => forgotten.add(1, toAttributes({ ...toSource(event), why: event.why })));
}

function subscribeCalls(events: Subscriptions, meter: Meter, toSource: ToSource): void {
  const duration = seconds(meter, 'token_call.duration', 'Time of one call to the token endpoint.');
  const retries = counter(meter, 'call.retries', '{call}', 'Calls to an API that were made once more.');
  const refusals = counter(meter, 'call.refusals', '{call}', 'Calls to an API that ended in an error status.');
  const vault = counter(meter, 'vault.errors', '{call}', 'Calls of the vault that failed or timed out.');
  events.on('token-call', (event) => {
    const { durationMs, purpose, code, responseStatus } = event;
    const attributes = toAttributes({ ...toSource(event), purpose, errorType: code, status: responseStatus });
    duration.record(durationMs / 1000, attributes);
  });
  events.on('call-retried', (event) => {
    const { method, api, status } = event;
    retries.add(1, toAttributes({ ...toSource(event), method, api, status }));
  });
  events.on('call-refused', (event) => {
    const { method, api, status } = event;
    refusals.add(1, toAttributes({ ...toSource(event), method, api, status }));
  });
  events.on('vault-unavailable', (event) => {
    vault.add(1, toAttributes({ ...toSource(event), operation: event.operation }));
  });
}

function counter(meter: Meter, name: string, unit: string, description: string): Counter {
  return meter.createCounter(`passport_marketing_cloud.${name}`, { unit, description });
}

function seconds(meter: Meter, name: string, description: string): Histogram {
  const advice = { explicitBucketBoundaries: BOUNDARIES };
  return meter.createHistogram(`passport_marketing_cloud.${name}`, { unit: 's', description, advice });
}
