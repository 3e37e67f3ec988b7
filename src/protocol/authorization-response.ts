import { MarketingCloudError } from '../errors';
import { explain } from './explanations';
import { toDescription, toErrorWord } from './server-text';

/** What the authorization server sent the browser back with; each value is one string of sane length, or was not sent. */
export interface AuthorizationResponse {
  readonly code: string | undefined;
  readonly state: string | undefined;
  readonly error: string | undefined;
  readonly description: string | undefined;
  readonly tssd: string | undefined;
}

const PARAMETERS = ['code', 'state', 'error', 'error_description', 'error_uri', 'tssd', 'iss'] as const;
/** These say nothing that is acted upon; empty they count as absent. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(['error_description', 'error_uri']);
const MAX_LENGTH = 4096;

/** Whether a query makes its request a callback wherever it arrives: a `code` or an `error` in any shape. */
export function isAuthorizationResponse(query: URLSearchParams): boolean {
  return hasParameter(query, /^(?:code|error)(?:\[|$)/);
}

/** Whether a query makes its request a callback on the callback's own path, where a sign-in may begin, too. */
export function isPartOfAuthorizationResponse(query: URLSearchParams): boolean {
  return hasParameter(query, /^(?:code|error|state|tssd)(?:\[|$)/);
}

function hasParameter(query: URLSearchParams, name: RegExp): boolean {
  for (const key of query.keys()) if (name.test(key)) return true;
  return false;
}

/**
 * Checks a callback's query. Its parameters stand at most once, flat, not empty and within 4,096 characters (RFC 6749
 * §4.1.2, §4.1.2.1). Other parameters are ignored.
 *
 * @throws MarketingCloudError `invalid_callback`
 */
export function parseAuthorizationResponse(query: URLSearchParams): AuthorizationResponse {
  const found = new Map<string, string>();
  for (const [name, value] of query) {
    const parameter = PARAMETERS.find((known) => name === known || name.startsWith(`${known}[`));
    if (parameter === undefined) continue;
    const repeated = found.has(parameter) || name !== parameter;
    if (repeated || (value === '' && !MAY_BE_EMPTY.has(parameter)) || value.length > MAX_LENGTH)
      throw new MarketingCloudError('invalid_callback');
    found.set(parameter, value);
  }
  const [code, state, error, tssd] = ['code', 'state', 'error', 'tssd'].map((name) => found.get(name));
  if ([code, state].some((value) => value !== undefined && !/^[\x21-\x7e]+$/.test(value))) {
    throw new MarketingCloudError('invalid_callback');
  }
  if (code === undefined && error === undefined) throw new MarketingCloudError('invalid_callback');
  return { code, state, error, description: found.get('error_description') || undefined, tssd };
}

/** One of the two refusals that Marketing Cloud is known to send, where the response says exactly that. */
export function getKnownRefusal(response: AuthorizationResponse): 'access_denied' | 'user_not_licensed' | undefined {
  return response.error === 'access_denied' || response.error === 'user_not_licensed' ? response.error : undefined;
}

/**
 * Checks that a response, whose state has been checked, is no error.
 *
 * @throws MarketingCloudError `access_denied`, `user_not_licensed`, `authorization_failed`
 */
export function assertAuthorized(response: AuthorizationResponse): void {
  const refusal = getKnownRefusal(response);
  if (refusal !== undefined) throw new MarketingCloudError(refusal);
  if (response.error === undefined) return;
  const error = toErrorWord(response.error);
  const description = toDescription(response.description);
  throw new MarketingCloudError('authorization_failed', {
    response: {
      status: 302,
      ...(error !== undefined && { error }),
      ...(description !== undefined && { description }),
    },
    ...explain(description),
  });
}
