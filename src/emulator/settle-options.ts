import type { EmulatorOptions, Refusal, Settings } from './options';
import type { MenuApp } from './world/model';
import { DEFAULT_RECORD_LIMIT } from './request-log/request-log';
import { LIST_PATHS } from './rest/lists/list-definitions';
import { PAGING_DIALECTS } from './rest/lists/paging-dialects';
import { DEFAULT_LIFETIME_SECONDS } from './tokens/token-lifetimes';
import { MAX_REDIRECT_URLS, findRedirectUrlProblem } from './world/redirect-urls';

/** Returns `undefined` for a valid value, else what the value must be. */
type Check = (value: unknown) => string | undefined;

const isBoolean: Check = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');
const isSeconds: Check = (value) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? undefined
    : 'must be a number of seconds, 0 or more';
const isFunction: Check = (value) => (typeof value === 'function' ? undefined : 'must be a function that takes a line');
const isCount: Check = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? undefined : 'must be a whole number above 0';
const isText: Check = (value) => (typeof value === 'string' ? undefined : 'must be a string');
const isNumberOfPages: Check = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 10
    ? undefined
    : 'must be a whole number from 0 to 10';
const isPort: Check = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535
    ? undefined
    : 'must be a whole number from 0 (any free port) to 65535';
const isRefusal: Check = (value) => {
  const good = typeof value === 'object' && value !== null && 'status' in value && isStatus(value.status);
  return good ? undefined : "must be an object such as { status: 401, error: 'invalid_grant' }";
};

const isListDialects: Check = (value) => {
  if (typeof value !== 'object' || value === null) return 'must be an object of paths and dialects';
  for (const [path, dialect] of Object.entries(value)) {
    if (!LIST_PATHS.includes(path)) return `names ${path}, which is not a list; the lists are ${LIST_PATHS.join(', ')}`;
    const problem = oneOf(...PAGING_DIALECTS)(dialect);
    if (problem !== undefined) return `[${JSON.stringify(path)}] ${problem}`;
  }
  return undefined;
};

function isStatus(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599;
}

function oneOf(...names: readonly string[]): Check {
  return (value) =>
    typeof value === 'string' && names.includes(value)
      ? undefined
      : `must be one of ${names.map((name) => `'${name}'`).join(', ')}`;
}

const CHECKS: Readonly<Record<keyof EmulatorOptions, Check>> = {
  port: isPort,
  https: isBoolean,
  callbackURLs: (value) =>
    Array.isArray(value) ? undefined : 'must be an array of URLs; leave it out for any on loopback',
  publicApp: isBoolean,
  publishedApp: isBoolean,
  allowHttpLoopback: isBoolean,
  log: isFunction,
  recordLimit: isCount,
  pkce: oneOf('ignore', 'enforce-if-sent', 'reject'),
  stateOnErrors: isBoolean,
  codeLifetimeSeconds: isSeconds,
  expiresInSeconds: isSeconds,
  accessTokenLifetimeSeconds: isSeconds,
  refreshTokenLifetimeSeconds: isSeconds,
  rotateRefreshTokens: isBoolean,
  refreshReuseGraceSeconds: isSeconds,
  revokeFamilyOnReuse: isBoolean,
  refreshTokenWithoutOffline: isBoolean,
  omittedScopeIncludesOffline: isBoolean,
  omittedExchangeScope: oneOf('authorized', 'integration'),
  instanceUrlShape: oneOf('url/', 'url', 'host/', 'host'),
  deadCode: isRefusal,
  deadRefreshToken: isRefusal,
  businessUnitDenied: isRefusal,
  soapBatchSize: isCount,
  unknownSoapToken: oneOf('Login Failed', 'Token Expired'),
  propagationSeconds: isSeconds,
  secretLifetimeSeconds: isSeconds,
  menuApps: (value) => (isMenuApps(value) ? undefined : 'must list apps such as { name, loginUrl, logoutUrl }'),
  openerPolicy: isText,
  frameSandbox: isText,
  loginSameSite: oneOf('none', 'lax', 'strict'),
  pagesOnTheWay: isNumberOfPages,
  tokenContextStatus: (value) => (value === 200 || value === 202 ? undefined : 'must be 200 or 202'),
  listDialects: isListDialects,
  lastPageSize: oneOf('requested', 'received'),
  legacySkip: oneOf('pages', 'rows'),
  legacyTotalResults: oneOf('exact', 'larger'),
};

function isMenuApps(value: unknown): boolean {
  const isUrl = (url: unknown): boolean => typeof url === 'string' && URL.canParse(url);
  return (
    Array.isArray(value) &&
    value.every((app: Partial<MenuApp> | null) => {
      const { name, loginUrl, logoutUrl } = Object(app) as Partial<MenuApp>;
      return typeof name === 'string' && isUrl(loginUrl) && (logoutUrl === undefined || isUrl(logoutUrl));
    })
  );
}

const INVALID_TOKEN: Refusal = { status: 401, error: 'invalid_token' };

/**
 * Checks the options and applies the defaults.
 *
 * @throws TypeError that names the option and the fix
 */
export function settleOptions(options: EmulatorOptions): Settings {
  checkEach(options);
  const allowHttpLoopback = options.allowHttpLoopback ?? true;
  return Object.freeze({
    port: options.port ?? 0,
    https: options.https ?? false,
    callbackURLs: settleCallbackUrls(options.callbackURLs, allowHttpLoopback),
    publicApp: options.publicApp ?? false,
    publishedApp: options.publishedApp ?? false,
    allowHttpLoopback,
    log: options.log ?? (() => undefined),
    recordLimit: options.recordLimit ?? DEFAULT_RECORD_LIMIT,
    pkce: options.pkce ?? 'ignore',
    stateOnErrors: options.stateOnErrors ?? true,
    codeLifetimeSeconds: options.codeLifetimeSeconds ?? DEFAULT_LIFETIME_SECONDS.code,
    expiresInSeconds: options.expiresInSeconds ?? DEFAULT_LIFETIME_SECONDS.expiresIn,
    accessTokenLifetimeSeconds:
      options.accessTokenLifetimeSeconds ?? options.expiresInSeconds ?? DEFAULT_LIFETIME_SECONDS.accessToken,
    refreshTokenLifetimeSeconds: options.refreshTokenLifetimeSeconds ?? DEFAULT_LIFETIME_SECONDS.refreshToken,
    rotateRefreshTokens: options.rotateRefreshTokens ?? true,
    refreshReuseGraceSeconds: options.refreshReuseGraceSeconds ?? DEFAULT_LIFETIME_SECONDS.refreshReuseGrace,
    revokeFamilyOnReuse: options.revokeFamilyOnReuse ?? false,
    refreshTokenWithoutOffline: options.refreshTokenWithoutOffline ?? true,
    omittedScopeIncludesOffline: options.omittedScopeIncludesOffline ?? true,
    omittedExchangeScope: options.omittedExchangeScope ?? 'authorized',
    instanceUrlShape: options.instanceUrlShape ?? 'url/',
    deadCode: options.deadCode ?? INVALID_TOKEN,
    deadRefreshToken: options.deadRefreshToken ?? INVALID_TOKEN,
    businessUnitDenied: options.businessUnitDenied ?? { status: 401 },
    soapBatchSize: options.soapBatchSize ?? 2_500,
    unknownSoapToken: options.unknownSoapToken ?? 'Login Failed',
    propagationSeconds: options.propagationSeconds ?? 0,
    secretLifetimeSeconds: options.secretLifetimeSeconds ?? DEFAULT_LIFETIME_SECONDS.clientSecret,
    menuApps: [...(options.menuApps ?? [])],
    openerPolicy: options.openerPolicy,
    frameSandbox: options.frameSandbox,
    loginSameSite: options.loginSameSite ?? (options.https === true ? 'none' : 'lax'),
    pagesOnTheWay: options.pagesOnTheWay ?? 0,
    tokenContextStatus: options.tokenContextStatus ?? 202,
    listDialects: { ...options.listDialects },
    lastPageSize: options.lastPageSize ?? 'requested',
    legacySkip: options.legacySkip ?? 'pages',
    legacyTotalResults: options.legacyTotalResults ?? 'exact',
  });
}

function checkEach(options: unknown): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('startEmulator: the options must be an object');
  for (const [name, value] of Object.entries(options)) {
    if (!isOptionName(name)) {
      throw new TypeError(
        `startEmulator: unknown option ${JSON.stringify(name)}; the options are ${Object.keys(CHECKS).join(', ')}`,
      );
    }
    const problem = value === undefined ? undefined : CHECKS[name](value);
    if (problem !== undefined)
      throw new TypeError(`startEmulator: ${name}${problem.startsWith('[') ? '' : ' '}${problem}`);
  }
}

function isOptionName(name: string): name is keyof EmulatorOptions {
  return Object.hasOwn(CHECKS, name);
}

function settleCallbackUrls(urls: readonly unknown[] | undefined, relaxed: boolean): Settings['callbackURLs'] {
  if (urls === undefined) return 'any-on-loopback';
  if (urls.length === 0 || urls.length > MAX_REDIRECT_URLS) {
    throw new TypeError(
      `startEmulator: callbackURLs must list 1 to ${MAX_REDIRECT_URLS} URLs; leave it out for any on loopback`,
    );
  }
  return urls.map((url, index) => {
    const problem = typeof url === 'string' ? findRedirectUrlProblem(url, relaxed) : 'must be a string';
    if (typeof url !== 'string' || problem !== undefined) {
      throw new TypeError(`startEmulator: callbackURLs[${index}] ${problem ?? ''}`);
    }
    return url;
  });
}
