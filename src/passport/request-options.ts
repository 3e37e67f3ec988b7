import { getOwn } from '../own-properties';
import { parseRequestedScope } from '../protocol/scopes';
import { optionError, parseOptions } from '../strict-options';
import { parseSubdomain } from '../tenant';
import { parsePositiveInteger } from '../whole-number';
import { ACCOUNT_RULE, scopeRule } from './settings';

/** What `passport.authenticate(name, options)` says about this request's sign-in, checked. */
export interface RequestOptions {
  readonly scope: readonly string[] | undefined;
  readonly accountId: number | undefined;
  readonly subdomain: string | undefined;
  readonly returnTo: string | undefined;
  readonly refusalUrl: string | undefined;
  /** `passport.authorize`: the session's user stays signed in. */
  readonly connects: boolean;
}

/** The options of a route that has none of the package's. */
export const NO_REQUEST_OPTIONS: RequestOptions = {
  scope: undefined,
  accountId: undefined,
  subdomain: undefined,
  returnTo: undefined,
  refusalUrl: undefined,
  connects: false,
};

const OWNER = 'passport.authenticate()';
const NOT_PER_REQUEST = ['state', 'store', 'authorizationURL', 'tokenURL', 'callbackURL'] as const;
/** Options that Passport reads, and those that NestJS's guard passes on. */
const IGNORED = [
  ...['session', 'keepSessionInfo', 'authInfo', 'pauseStream', 'userProperty'],
  ...['successRedirect', 'successReturnToOrRedirect', 'successMessage', 'successFlash'],
  ...['failureRedirect', 'failureMessage', 'failureFlash', 'failWithError'],
  ...['property', 'defaultStrategy'],
];
const KNOWN = [
  ...['scope', 'accountId', 'subdomain', 'returnTo', 'refusalUrl', 'assignProperty'],
  ...NOT_PER_REQUEST,
  ...IGNORED,
];
const IGNORED_NAMES: ReadonlySet<string> = new Set(IGNORED);

/**
 * Checks the options of one request. Only their own properties count.
 *
 * @throws TypeError that names the option and the fix
 */
export function parseRequestOptions(options: object): RequestOptions {
  if (!Array.isArray(options) && Object.keys(options).every((name) => IGNORED_NAMES.has(name))) {
    return NO_REQUEST_OPTIONS;
  }
  parseOptions(OWNER, options, KNOWN);
  const read = <T>(name: string, parse: (value: unknown) => T | undefined, must: string): T | undefined => {
    const value = getOwn(options, name);
    if (value === undefined) return undefined;
    const parsed = parse(value);
    if (parsed === undefined) throw optionError(name, must, OWNER);
    return parsed;
  };
  for (const name of NOT_PER_REQUEST) {
    if (getOwn(options, name) !== undefined) throw optionError(name, 'cannot be given per request', OWNER);
  }
  return {
    scope: read('scope', parseRequestedScope, scopeRule(getOwn(options, 'scope'))),
    accountId: read('accountId', parsePositiveInteger, ACCOUNT_RULE),
    subdomain: read('subdomain', parseSubdomain, 'must be a tenant-specific subdomain, one DNS label'),
    returnTo: read('returnTo', parseString, 'must be a string'),
    refusalUrl: read('refusalUrl', parseUrl, 'must be a path or a URL'),
    connects: getOwn(options, 'assignProperty') !== undefined,
  };
}

/** Whether a route says how Passport answers a refusal. */
export function hasFailureOption(options: object): boolean {
  return Boolean(getOwn(options, 'failureRedirect')) || Boolean(getOwn(options, 'failWithError'));
}

function parseString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function parseUrl(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) ? value : undefined;
}
