import { toErrorPage, type ErrorReason } from './error-pages';
import { hideAbsent, withoutPrototype } from './own-properties';

/**
 * Every error of the package, by code: the status that Express answers with, the message and the hint. Marketing Cloud's
 * own status is `response.status`. The texts are fixed; one given in `ErrorDetails` may name a cookie, nothing from a server.
 */
const ERRORS = {
  invalid_callback: [400, 'The callback is malformed.', 'Start the sign-in again from the login page.'],
  invalid_state: [
    403,
    'This sign-in was not started in this browser, is already finished, or is older than ten minutes.',
    'Start again at the login route: a callback that began elsewhere, as in a content block, is never accepted. If it keeps happening, check that the browser accepts cookies, that the login route and callbackURL have the same host, and that all processes share the vault.',
  ],
  access_denied: [403, 'Access was denied.', 'Sign in again and allow access.'],
  user_not_licensed: [
    403,
    'This user has no licence for the installed package.',
    'An administrator gives the licence in Setup, Installed Packages, Access.',
  ],
  /** Never thrown: Passport's own 401 without an error, and the `code` of `refusalUrl`, when `verify` gives no user. */
  sign_in_refused: [401, 'The sign-in was refused.', 'The application decides who may sign in.'],
  authorization_failed: [
    502,
    'Marketing Cloud refused the authorization request.',
    'Check the API integration in Setup, Installed Packages: its type, its scopes and its redirect URLs. A change there takes up to five minutes to reach everywhere.',
  ],
  tenant_not_allowed: [
    403,
    'This Marketing Cloud tenant may not sign in here.',
    'Option multiTenant says which tenants may sign in.',
  ],
  sign_in_expired: [401, 'The authorization code has expired or was used before.', 'Start the sign-in again.'],
  business_unit_denied: [
    403,
    'The user or the integration has no access to this business unit.',
    'Choose another business unit, or enable the package for it in Setup, Installed Packages, Access.',
  ],
  invalid_client: [
    502,
    'Marketing Cloud does not accept the client id or the client secret.',
    'Check clientID and clientSecret against Setup, Installed Packages; a secret expires 180 days after it was made, and a change takes up to five minutes.',
  ],
  rate_limited: [503, 'Marketing Cloud limits token requests at the moment.', 'Wait, then try again.'],
  upstream_unavailable: [503, 'Marketing Cloud is not available.', 'Try again later.'],
  invalid_response: [
    502,
    'Marketing Cloud gave an answer that breaks the protocol.',
    'Check subdomain and baseUrlTemplate; a proxy in between may have answered instead.',
  ],
  tenant_mismatch: [
    502,
    'Marketing Cloud answered with the base URLs of another tenant.',
    'Check subdomain; an app for several tenants needs multiTenant.',
  ],
  session_unavailable: [
    503,
    'There is no session on this request.',
    'Mount express-session before the routes that sign in, and check that its store is connected.',
  ],
  vault_unavailable: [
    503,
    'The store that keeps grants failed or did not answer.',
    'Check the session store or the vault.',
  ],
  sign_in_loop: [
    508,
    'Three sign-ins in a row were refused in this browser within a minute.',
    'Do not point failureRedirect or refusalUrl back to the login route: show a page that says what went wrong.',
  ],
  user_missing: [
    500,
    'This session holds a grant, but there is no user on the request.',
    'Mount passport.session() before the guard; where it is mounted, deserializeUser gave no user for this session.',
  ],
  invalid_user: [
    500,
    'The user is not an object.',
    'verify must call done(null, user) with an object, or done(null, false) to refuse; deserializeUser must return an object too.',
  ],
  sign_in_required: [401, 'This session is not signed in to Marketing Cloud, or its grant is dead.', 'Sign in again.'],
  insufficient_scope: [
    403,
    'The grant lacks a scope that this route needs.',
    'Add the scope to the strategy and to the installed package; a new sign-in alone would not add it.',
  ],
  api_error: [502, 'Marketing Cloud refused the call.', 'See response.status, errorcode and upstreamMessage.'],
} as const satisfies Record<string, readonly [status: number, message: string, hint: string]>;

/**
 * The code of an error. Codes are stable; texts are not.
 *
 * @example
 * const texts: Partial<Record<ErrorCode, string>> = { user_not_licensed: 'Ask your administrator for a licence.' };
 */
export type ErrorCode = keyof typeof ERRORS;

/** Every code. */
export const ERROR_CODES = Object.keys(ERRORS) as readonly ErrorCode[];

/** Caused by the user or the browser: Passport's `fail`. All other codes are failures: Passport's `error`. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid_callback',
  'invalid_state',
  'access_denied',
  'user_not_licensed',
  'tenant_not_allowed',
  'sign_in_expired',
  'business_unit_denied',
]);

/** What Marketing Cloud answered. */
export interface ErrorResponse {
  /** Marketing Cloud's own HTTP status. */
  readonly status: number;
  /** The `error` word of its answer, only where it looks like one. Written by the server: escape it before showing it. */
  readonly error?: string;
  /**
   * The server's own description, where it gave one. Readable by name and not enumerable, so that it stays out of JSON
   * and logs. Written by the server: escape it before showing it.
   */
  readonly description?: string;
}

/** Details of one error. `status`, `message` and `hint` replace those of its code. */
export interface ErrorDetails {
  status?: number;
  message?: string;
  hint?: string | undefined;
  /** Seconds. */
  retryAfter?: number | undefined;
  response?: ErrorResponse | undefined;
  reason?: ErrorReason | undefined;
  cause?: unknown;
}

/** Marks the errors of every copy of this package. */
const BRAND = Symbol.for('passport-marketing-cloud.error');

/**
 * An error of this package. `code` is stable, `status` is what Express answers with, `hint` names the fix, and `docs` is
 * the address of the page with causes and fixes. `headers` has `Retry-After` where waiting helps, and `WWW-Authenticate`
 * where a sign-in helps (RFC 9110 §11.6.1): Express's own error handler sends them. No token, code or secret is in it; text
 * from a server is in `response` only, and in `details` and `upstreamMessage` of an `ApiError`.
 *
 * @example
 * if (error instanceof MarketingCloudError) console.error(error.code, error.hint, error.docs);
 */
export class MarketingCloudError extends Error {
  /** A fixed text, since bundlers and minifiers rename classes, and Node prints this name. */
  static override readonly name: string = 'MarketingCloudError';
  readonly code: ErrorCode;
  readonly status: number;
  /** The same as `status`, by the name that NestJS and others read. */
  readonly statusCode: number;
  readonly hint: string;
  /** The address of the page about this error: https, on GitHub. It follows from `reason` and `code` alone. */
  readonly docs: string;
  /** Seconds to wait, where waiting helps. */
  readonly retryAfter?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly response?: ErrorResponse;
  /**
   * A more exact reason, where one is known: the `error` of a callback that was refused for its state, or
   * `cookie_missing`; what Marketing Cloud's description means, such as `ip_not_allowed`; `rotation_lost` when the answer
   * with the next refresh token was lost.
   */
  readonly reason?: ErrorReason;

  constructor(code: ErrorCode, given: ErrorDetails = {}) {
    const [status, message, hint] = ERRORS[code];
    const details = withoutPrototype(given);
    super(details.message ?? message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status ?? status;
    this.statusCode = this.status;
    this.hint = details.hint ?? hint;
    this.docs = toErrorPage(code, details.reason);
    if (details.retryAfter !== undefined) this.retryAfter = details.retryAfter;
    const headers = {
      ...(details.retryAfter !== undefined && { 'Retry-After': String(details.retryAfter) }),
      ...(code === 'sign_in_required' && { 'WWW-Authenticate': 'MarketingCloud' }),
    };
    if (Object.keys(headers).length > 0) this.headers = headers;
    if (details.response !== undefined) this.response = withHiddenDescription(details.response);
    if (details.reason !== undefined) this.reason = details.reason;
    hideAbsent(this, ['retryAfter', 'headers', 'response', 'reason']);
  }

  override get name(): string {
    return 'MarketingCloudError';
  }

  get [BRAND](): true {
    return true;
  }

  /** Accepts an error of another copy of this package, as in a bundle or another realm. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === MarketingCloudError ? isBranded(value) : Function.prototype[Symbol.hasInstance].call(this, value);
  }
}

function isBranded(value: unknown): value is { readonly code: ErrorCode } {
  return typeof value === 'object' && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true;
}

/** What is known of a refused API call. */
export interface ApiErrorDetails {
  readonly method?: string | undefined;
  /** Without its query, which may hold personal data. */
  readonly path?: string | undefined;
  readonly errorcode?: number | undefined;
  readonly details?: unknown;
  readonly upstreamMessage?: string | undefined;
  readonly retryAfter?: number | undefined;
}

/**
 * An API call that Marketing Cloud answered with an error status. `message` holds the method, the path and the status;
 * what Marketing Cloud said is in `errorcode`, `upstreamMessage` and `details`.
 *
 * @example
 * if (error instanceof ApiError && error.response?.status === 404) return undefined;
 */
export class ApiError extends MarketingCloudError {
  static override readonly name: string = 'ApiError';
  /** Marketing Cloud's error number. */
  readonly errorcode?: number;
  /** Marketing Cloud's answer: the parsed body, or its text, 64 KB at most. Not enumerable, since it may hold user data. */
  declare readonly details: unknown;
  /** Marketing Cloud's messages in one line. Not enumerable; written by the server: escape it before showing it. */
  declare readonly upstreamMessage: string | undefined;

  constructor(response: ErrorResponse, given: ApiErrorDetails = {}) {
    const known = withoutPrototype(given);
    const call = known.method === undefined ? 'the call' : `${known.method} ${shorten(known.path ?? '')}`.trimEnd();
    super('api_error', {
      status: [429, 503].includes(response.status) ? 503 : 502,
      message: `Marketing Cloud refused ${call} (${response.status}).`,
      ...(PERMISSION_HINTS.has(response.status) && { hint: PERMISSION_HINTS.get(response.status) }),
      response,
      retryAfter: known.retryAfter,
    });
    if (known.errorcode !== undefined) this.errorcode = known.errorcode;
    hideAbsent(this, ['errorcode']);
    // Getters, since inspection with showHidden prints the values of hidden data properties.
    for (const name of ['details', 'upstreamMessage'] as const) {
      Object.defineProperty(this, name, { get: () => known[name], enumerable: false });
    }
  }

  override get name(): string {
    return 'ApiError';
  }

  /** Accepts an error of another copy of this package, as `MarketingCloudError` does. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== ApiError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return isBranded(value) && value.code === 'api_error';
  }
}

const PERMISSION_HINTS: ReadonlyMap<number, string> = new Map([
  [
    401,
    'The token is good elsewhere: check that the permissions of the user and the scopes of the package and of the strategy cover this call.',
  ],
  [403, 'Check the permissions of the user and the scopes of the package; see errorcode and upstreamMessage.'],
]);

const MAX_PATH_LENGTH = 500;

function shorten(path: string): string {
  return path.length > MAX_PATH_LENGTH ? `${path.slice(0, MAX_PATH_LENGTH)}…` : path;
}

/** A getter, since inspection with showHidden prints the values of hidden data properties. */
function withHiddenDescription(given: ErrorResponse): ErrorResponse {
  const description = Object.hasOwn(given, 'description') ? given.description : undefined;
  const { description: _description, ...response } = given;
  return description === undefined
    ? response
    : Object.defineProperty(response, 'description', { get: () => description, enumerable: false });
}

/** Whether an error is a refusal (Passport's `fail`) and not a failure (`error`). */
export function isRefusal(error: unknown): error is MarketingCloudError {
  return error instanceof MarketingCloudError && REFUSALS.has(error.code);
}

/** Whether a value is one of the codes. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return (ERROR_CODES as readonly unknown[]).includes(value);
}

/** Whether an error is one of the package and has this code. */
export function hasCode(error: unknown, code: ErrorCode): error is MarketingCloudError {
  return error instanceof MarketingCloudError && error.code === code;
}
