import type { Attributes } from '@opentelemetry/api';

/** Attributes of the package, and those of the semantic conventions that it uses. */
export const ATTRIBUTES = {
  /** The strategy's `name`. */
  strategy: 'passport_marketing_cloud.strategy',
  /** The tenant's subdomain. */
  tenant: 'passport_marketing_cloud.tenant',
  /** The SHA-256 of the grant's id. On spans only. */
  grant: 'passport_marketing_cloud.grant',
  /** `fail` or `error` of a refused sign-in. */
  outcome: 'passport_marketing_cloud.outcome',
  /** The error's `reason`, or that of a sign-in that was not begun. */
  reason: 'passport_marketing_cloud.reason',
  /** `sign-in` or `refresh`, of a token call. */
  purpose: 'passport_marketing_cloud.purpose',
  /** Whether a failed refresh will be tried again. */
  willRetry: 'passport_marketing_cloud.will_retry',
  /** Whether a refresh brought a new refresh token. */
  rotated: 'passport_marketing_cloud.rotated',
  /** Where shared tokens came from: `request` or `process`. */
  with: 'passport_marketing_cloud.shared_with',
  /** Why a grant was ended. */
  why: 'passport_marketing_cloud.why',
  /** Such as `/asset/v1`. */
  api: 'passport_marketing_cloud.api',
  /** The vault's verb. */
  operation: 'passport_marketing_cloud.operation',
  /** https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/ */
  errorType: 'error.type',
  /** https://opentelemetry.io/docs/specs/semconv/registry/attributes/http/ */
  method: 'http.request.method',
  status: 'http.response.status_code',
} as const;

type Values = { readonly [Name in keyof typeof ATTRIBUTES]?: string | number | boolean | undefined };

/** Attributes by their short names. Those that are undefined are left out. */
export function toAttributes(values: Values): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) attributes[ATTRIBUTES[name as keyof typeof ATTRIBUTES]] = value;
  }
  return attributes;
}

/** What `error.type` says of an error that is not the package's. */
export const OTHER_ERROR = '_OTHER';
