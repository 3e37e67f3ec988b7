import { SessionStoreVault } from '../vaults/session-store/session-store-vault';
import type { Vault } from '../vaults/vault';
import type { Dispatcher } from '../http/dispatcher';
import type { ClientSecret } from '../oauth/client-secrets';
import { areSecrets } from '../oauth/client-secrets';
import { parsePositiveInteger } from '../whole-number';
import { getOwn } from '../own-properties';
import { parseRequestedScope } from '../protocol/scopes';
import { MESSAGE_HEADERS } from '../http/call';
import { describeUnknown, isOptionsObject, optionError } from '../strict-options';
import { faultOfTemplate, findSubdomain, isLoopback, MARKETING_CLOUD_TEMPLATE, parseSubdomain } from '../tenant';

/** A strategy's options, checked, with their defaults. */
export interface Settings {
  readonly name: string;
  readonly subdomain: string;
  readonly clientID: string;
  readonly clientSecret: ClientSecret | undefined;
  readonly encryptionKeys: readonly [string, ...string[]] | undefined;
  readonly callbackURL: string;
  readonly scope: readonly string[] | undefined;
  readonly accountId: number | undefined;
  readonly multiTenant: boolean | ((subdomain: string, req: never) => unknown);
  readonly pkce: boolean;
  readonly vault: Vault;
  readonly refreshAheadMs: number;
  readonly grantTtlMs: number;
  readonly timeoutMs: number;
  readonly vaultTimeoutMs: number;
  readonly now: () => number;
  readonly dispatcher: Dispatcher | undefined;
  readonly baseUrlTemplate: string;
  readonly passReqToCallback: boolean;
  readonly skipUserProfile: unknown;
  readonly customHeaders: Readonly<Record<string, string>>;
}

const KNOWN = [
  ...['subdomain', 'clientID', 'clientSecret', 'callbackURL', 'scope', 'accountId', 'multiTenant', 'pkce', 'vault'],
  'encryptionKey',
  ...['refreshAhead', 'grantTtl', 'timeout', 'vaultTimeout', 'clock', 'dispatcher', 'baseUrlTemplate', 'name'],
  ...['passReqToCallback', 'skipUserProfile', 'customHeaders'],
];

/** Options of passport-oauth2 that are refused, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  state: 'is always on and random; leave it out',
  store: 'is not used: pending sign-ins are kept in the vault; leave it out',
  authorizationURL: 'follows from subdomain and baseUrlTemplate; leave it out',
  tokenURL: 'follows from subdomain and baseUrlTemplate; leave it out',
};

/** A timer for longer than this ends at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const VAULT_METHODS = [
  'create',
  'read',
  'acquire',
  'renew',
  'release',
  'commit',
  'markDead',
  'delete',
  'consume',
] as const;

/**
 * Checks every option and settles the defaults. Only own properties count, and `undefined` counts as left out, but for
 * a key whose unset variable must not weaken anything.
 *
 * @throws TypeError that names the option and the fix, and prints no value that may be secret
 */
export function settle(given: unknown, hasVerify: boolean): Settings {
  if (typeof given !== 'object' || given === null) throw new TypeError('Strategy needs an options object.');
  const options = new Map(
    Object.keys(given)
      .map((key) => [key, getOwn(given, key)] as const)
      .filter(([key, value]) => value !== undefined || key === 'clientSecret' || key === 'encryptionKey'),
  );
  for (const key of options.keys()) {
    const why = Object.hasOwn(REFUSED, key)
      ? REFUSED[key]
      : KNOWN.includes(key)
        ? undefined
        : describeUnknown(key, KNOWN);
    if (why !== undefined) throw optionError(key, why);
  }
  const option = <T>(name: string, fallback: T, test: (value: unknown) => boolean, must: string): T => {
    const value = options.get(name);
    if (value === undefined) return fallback;
    if (!test(value)) throw optionError(name, must);
    return value as T;
  };
  const isFlag = (value: unknown): boolean => typeof value === 'boolean';
  const milliseconds = (name: string, fallback: number, min: number, max = 1e12): number =>
    option(
      name,
      fallback,
      (value) => typeof value === 'number' && value >= min && value <= max,
      `must be a number of milliseconds from ${min} to ${max}`,
    );

  const name = option('name', 'marketing-cloud', isText, 'must be a string that is not empty');
  const template = option('baseUrlTemplate', MARKETING_CLOUD_TEMPLATE, isText, 'must be a string');
  const fault = faultOfTemplate(template);
  if (fault !== undefined) throw optionError('baseUrlTemplate', `${fault}, such as ${MARKETING_CLOUD_TEMPLATE}`);
  const skipUserProfile = option<unknown>(
    'skipUserProfile',
    false,
    (value) => isFlag(value) || typeof value === 'function',
    'must be true, false or a function',
  );
  const passReqToCallback = option<boolean>('passReqToCallback', false, isFlag, 'must be true or false');
  if (!hasVerify && skipUserProfile !== false)
    throw optionError('skipUserProfile', 'needs a verify function: without one the profile is the user');
  if (!hasVerify && passReqToCallback) throw optionError('passReqToCallback', 'needs a verify function');
  const accountId = options.get('accountId');
  const scope = options.get('scope');

  return {
    name,
    subdomain: required('subdomain', parseSubdomain(options.get('subdomain')), subdomainRule(options.get('subdomain'))),
    clientID: required(
      'clientID',
      parseClientID(options.get('clientID')),
      hasOuterSpace(options.get('clientID'))
        ? 'must not begin or end with white space: a line end was pasted with it'
        : 'must be the client id of the API integration, a string',
    ),
    clientSecret: parseSecret(options),
    encryptionKeys: parseEncryptionKeys(options),
    callbackURL: required(
      'callbackURL',
      parseCallbackURL(options.get('callbackURL')),
      'must be an absolute https: URL (http: only on loopback), exactly as registered in Installed Packages',
    ),
    scope: scope === undefined ? undefined : required('scope', parseRequestedScope(scope), scopeRule(scope)),
    accountId:
      accountId === undefined ? undefined : required('accountId', parsePositiveInteger(accountId), ACCOUNT_RULE),
    multiTenant: option(
      'multiTenant',
      false,
      (value) => isFlag(value) || typeof value === 'function',
      'must be true, false or a function',
    ),
    pkce: option('pkce', false, isFlag, 'must be true or false (S256 is the only method)'),
    vault:
      option<Vault | undefined>('vault', undefined, isVault, `must have the methods ${VAULT_METHODS.join(', ')}`) ??
      new SessionStoreVault(),
    refreshAheadMs: milliseconds('refreshAhead', 300_000, 0),
    grantTtlMs: milliseconds('grantTtl', 2_592_000_000, 1),
    timeoutMs: milliseconds('timeout', 10_000, 1, MAX_TIMER_MS),
    vaultTimeoutMs: milliseconds('vaultTimeout', 5_000, 1, MAX_TIMER_MS),
    now: option(
      'clock',
      () => Date.now(),
      (value) => typeof value === 'function',
      'must be a function that gives milliseconds',
    ),
    dispatcher: option<Dispatcher | undefined>('dispatcher', undefined, isDispatcher, 'must be a dispatcher of undici'),
    baseUrlTemplate: template,
    passReqToCallback,
    skipUserProfile,
    customHeaders: inLowerCase(
      option<Record<string, string>>(
        'customHeaders',
        {},
        areHeaders,
        'must be a plain object of header names and strings, without those that say how bytes are sent',
      ),
    ),
  };
}

/** What a scope that cannot be read should be. */
export function scopeRule(scope: unknown): string {
  const parts = [scope].flat().filter((part) => typeof part === 'string');
  if (parts.some((part) => part.includes(','))) {
    return 'must be separated by spaces, not by commas: offline email_read, or a list';
  }
  return parts.some((part) => /["'\s]/.test(part.trim()))
    ? 'must be separated by spaces, without quotes and line ends: offline email_read, or a list'
    : SCOPE_RULE;
}

const SCOPE_RULE = 'must name at least one scope; left out, Marketing Cloud grants all of the integration';
/** What a business unit must be, for errors about an option. */
export const ACCOUNT_RULE = 'must be the MID of a business unit, a positive whole number or its digits';

function required<T>(option: string, value: T | undefined, must: string): T {
  if (value === undefined) throw optionError(option, must);
  return value;
}

function parseSecret(options: ReadonlyMap<string, unknown>): ClientSecret | undefined {
  if (!options.has('clientSecret')) return undefined;
  const secret = options.get('clientSecret');
  if (typeof secret === 'function') return secret as ClientSecret;
  const list = typeof secret === 'string' ? [secret] : secret;
  if (Array.isArray(list) && list.some(hasOuterSpace)) {
    throw optionError('clientSecret', 'must not begin or end with white space: a line end was pasted with it');
  }
  if (!areSecrets(list)) {
    throw optionError(
      'clientSecret',
      'must be a non-empty string, a list of them, or a function; for a public app, omit the option',
    );
  }
  return [...list];
}

/** What a subdomain that cannot be read should be; a subdomain is no secret, and one that was pasted as a URL is in it. */
function subdomainRule(value: unknown): string {
  const label = typeof value === 'string' ? findSubdomain(value) : undefined;
  return label === undefined
    ? 'must be the tenant-specific subdomain, one DNS label such as mc563885gzs27c5t9-63k636ttgm'
    : `must be the tenant-specific subdomain alone: ${label}`;
}

function hasOuterSpace(value: unknown): boolean {
  return typeof value === 'string' && value !== value.trim();
}

function parseEncryptionKeys(options: ReadonlyMap<string, unknown>): readonly [string, ...string[]] | undefined {
  if (!options.has('encryptionKey')) return undefined;
  const given = options.get('encryptionKey');
  const [first, ...others] = (Array.isArray(given) ? given : [given]) as unknown[];
  const isKey = (key: unknown): key is string => typeof key === 'string' && key.length >= 32;
  if (!isKey(first) || !others.every(isKey)) {
    throw optionError(
      'encryptionKey',
      'must be a string of at least 32 characters, or a list of them; omit the option to store tokens as plain text',
    );
  }
  return [first, ...others];
}

function parseClientID(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x21-\x7e]{1,512}$/.test(value) ? value : undefined;
}

function parseCallbackURL(value: unknown): string | undefined {
  if (
    typeof value !== 'string' ||
    !/^https?:\/\/[^/]/i.test(value) ||
    !/^[\x21-\x7e]+$/.test(value) ||
    /[\\#]/.test(value)
  )
    return undefined;
  try {
    const url = new URL(value);
    const safe = url.protocol === 'https:' || isLoopback(url);
    return safe && url.username === '' && url.password === '' ? value : undefined;
  } catch {
    return undefined;
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isVault(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    VAULT_METHODS.every((verb) => typeof (value as Record<string, unknown>)[verb] === 'function')
  );
}

function isDispatcher(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as { request?: unknown }).request === 'function';
}

/** Header names in lower case, as the package writes its own, so that none is sent twice. */
function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]));
}

function areHeaders(value: unknown): boolean {
  return (
    isOptionsObject(value) &&
    Object.entries(value).every(
      ([name, text]) =>
        /^[\w!#$%&'*+.^`|~-]+$/.test(name) &&
        !MESSAGE_HEADERS.includes(name.toLowerCase()) &&
        typeof text === 'string' &&
        /^[\t\x20-\x7e]*$/.test(text),
    )
  );
}
