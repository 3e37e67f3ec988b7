import { parsePositiveInteger } from '../whole-number';
import { getOwn } from '../own-properties';
import { readRequestedScope } from '../protocol/scopes';
import { readSubdomain } from '../tenant';
import { optionError, readOptions } from '../strict-options';
import { ACCOUNT_RULE, scopeRule } from './settings';

/** What `passport.authenticate(name, options)` says about this request's sign-in, checked. */
export interface RequestSettings {
  readonly scope: readonly string[] | undefined;
  readonly accountId: number | undefined;
  readonly subdomain: string | undefined;
  readonly returnTo: string | undefined;
  readonly refusalUrl: string | undefined;
  /** `passport.authorize`: the session's user stays who they are. */
  readonly connects: boolean;
}

const OWNER = 'passport.authenticate()';
const NOT_PER_REQUEST = ['state', 'store', 'authorizationURL', 'tokenURL', 'callbackURL'] as const;
const KNOWN = [
  ...['scope', 'accountId', 'subdomain', 'returnTo', 'refusalUrl'],
  // Passport's own.
  ...['session', 'keepSessionInfo', 'authInfo', 'assignProperty', 'pauseStream', 'userProperty'],
  ...['successRedirect', 'successReturnToOrRedirect', 'successMessage', 'successFlash'],
  ...['failureRedirect', 'failureMessage', 'failureFlash', 'failWithError'],
  // What NestJS's guard passes on.
  ...['property', 'defaultStrategy'],
  ...NOT_PER_REQUEST,
];

/**
 * Reads the options of one request; only their own properties count.
 *
 * @throws TypeError that names the option and the fix
 */
export function readRequestOptions(options: object): RequestSettings {
  readOptions(OWNER, options, KNOWN);
  const read = <T>(name: string, reader: (value: unknown) => T | undefined, must: string): T | undefined => {
    const value = getOwn(options, name);
    if (value === undefined) return undefined;
    const settled = reader(value);
    if (settled === undefined) throw optionError(name, must, OWNER);
    return settled;
  };
  for (const name of NOT_PER_REQUEST) {
    if (getOwn(options, name) !== undefined) throw optionError(name, 'cannot be given per request', OWNER);
  }
  return {
    scope: read('scope', readRequestedScope, scopeRule(getOwn(options, 'scope'))),
    accountId: read('accountId', parsePositiveInteger, ACCOUNT_RULE),
    subdomain: read('subdomain', readSubdomain, 'must be a tenant-specific subdomain, one DNS label'),
    returnTo: read('returnTo', readString, 'must be a string'),
    refusalUrl: read('refusalUrl', readUrl, 'must be a path or a URL'),
    connects: getOwn(options, 'assignProperty') !== undefined,
  };
}

function readString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function readUrl(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) ? value : undefined;
}
