import { SpanKind, SpanStatusCode, type Attributes, type Tracer } from '@opentelemetry/api';
import { OTHER_ERROR, toAttributes } from './attributes';
import type { Subscriptions } from './subscriptions';

/**
 * Makes spans of work that has ended: an event tells how long it took. A span's parent is the one that is active at that
 * moment, such as that of the app's request.
 */
export function subscribeSpans(events: Subscriptions, tracer: Tracer): void {
  const record = (name: string, durationMs: number, { kind, attributes, error }: SpanDetails): void => {
    const endTime = Date.now();
    const startTime = endTime - durationMs;
    const span = tracer.startSpan(`passport_marketing_cloud.${name}`, {
      ...{ kind: kind ?? SpanKind.INTERNAL, startTime, attributes },
    });
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
    span.end(endTime);
  };
  events.on('token-call', ({ strategy, subdomain, purpose, durationMs, code, responseStatus }) => {
    const error = { errorType: code, status: responseStatus };
    const attributes = toAttributes({ strategy, tenant: subdomain, purpose, method: 'POST', ...error });
    record('token_call', durationMs, { kind: SpanKind.CLIENT, attributes, error: code });
  });
  events.on('sign-in-finished', ({ strategy, subdomain, grant, durationMs }) => {
    record('sign_in', durationMs, { attributes: toAttributes({ strategy, tenant: subdomain, grant }) });
  });
  events.on('sign-in-refused', ({ strategy, code = OTHER_ERROR, reason, outcome, durationMs }) => {
    // A user who may not sign in is no failure of the app.
    const error = outcome === 'error' ? code : undefined;
    record('sign_in', durationMs, { attributes: toAttributes({ strategy, errorType: code, reason, outcome }), error });
  });
  events.on('refresh-finished', ({ strategy, subdomain, grant, rotated, durationMs }) => {
    record('refresh', durationMs, { attributes: toAttributes({ strategy, tenant: subdomain, grant, rotated }) });
  });
  events.on('refresh-failed', ({ strategy, subdomain, grant, code, willRetry, durationMs }) => {
    const attributes = toAttributes({ strategy, tenant: subdomain, grant, errorType: code, willRetry });
    record('refresh', durationMs, { attributes, error: code });
  });
}

interface SpanDetails {
  readonly kind?: SpanKind;
  readonly attributes: Attributes;
  /** What went wrong, where something did. */
  readonly error?: string | undefined;
}
