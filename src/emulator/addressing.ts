/**
 * A host of a tenant.
 *
 * @example
 * const service: Service = 'rest';
 * const url = emulator.baseUrl(service);
 */
export type Service = 'auth' | 'rest' | 'soap' | 'login';

/** Returns the base URL of a tenant's service, without a final slash. */
export type BaseUrls = (service: Service, subdomain: string) => string;

/** The tenant, service and path of a request. */
export interface Location {
  readonly service: Service;
  readonly subdomain: string;
  /** The path as Marketing Cloud sees it, such as `/v2/token`. */
  readonly path: string;
  /** The query with its `?`, or an empty string. */
  readonly search: string;
  /** Returns base URLs in the style of the request: with real host names when the request used one, else by path. */
  readonly baseUrls: BaseUrls;
}

const API_HOST = /^([a-z0-9-]{1,63})\.(auth|rest|soap)\.marketingcloudapis\.com(:\d{1,5})?$/;
const LOGIN_HOST = /^([a-z0-9-]{1,63})\.(login)\.exacttarget\.com(:\d{1,5})?$/;
const BY_PATH = /^\/([A-Za-z0-9-]{1,63})\/(auth|rest|soap|login)(\/.*)?$/;

/** Creates base URLs with the tenant in the path, under the emulator's origin. */
export function createBaseUrlsByPath(origin: string): BaseUrls {
  return (service, subdomain) => `${origin}/${subdomain}/${service}`;
}

/** Creates base URLs with the real host names. `port` is empty, or the port of the request with its colon. */
export function createBaseUrlsByHost(scheme: string, port: string): BaseUrls {
  return (service, subdomain) =>
    service === 'login'
      ? `${scheme}://${subdomain}.login.exacttarget.com${port}`
      : `${scheme}://${subdomain}.${service}.marketingcloudapis.com${port}`;
}

/**
 * Finds the tenant and service of a request by its host name or, for any other host, by its path
 * (`/{subdomain}/{service}/…`). Returns `undefined` when neither names one.
 *
 * @param target the request's target: a path with its query, or an absolute URL
 */
export function parseLocation(host: string, target: string, origin: string): Location | undefined {
  const { path, search } = splitTarget(target);
  const name = host.toLowerCase();
  const [, hostSubdomain, hostService, port = ''] = API_HOST.exec(name) ?? LOGIN_HOST.exec(name) ?? [];
  if (hostSubdomain !== undefined && isService(hostService)) {
    const scheme = origin.startsWith('https:') ? 'https' : 'http';
    return {
      service: hostService,
      subdomain: hostSubdomain,
      path,
      search,
      baseUrls: createBaseUrlsByHost(scheme, port),
    };
  }
  const [, subdomain, service, rest = '/'] = BY_PATH.exec(path) ?? [];
  if (subdomain === undefined || !isService(service)) return undefined;
  const baseUrls = createBaseUrlsByPath(getOwnOrigin(name, origin));
  return { service, subdomain: subdomain.toLowerCase(), path: rest, search, baseUrls };
}

/**
 * The emulator's origin as a request names it: `localhost` beside 127.0.0.1 is another site to a browser, which apps in
 * frames need.
 */
export function getOwnOrigin(host: string, origin: string): string {
  const own = new URL(origin);
  return host === `localhost:${own.port}` ? `${own.protocol}//${host}` : origin;
}

const SHELL_HOST = /^(?:mc\.(?:s\d+\.)?exacttarget|[a-z0-9-]+\.(?:s\d+\.)?marketingcloudapps)\.com(?::\d{1,5})?$/;
const SHELL_PATH = /^\/(?:app-menu|content-builder|journey-builder)(?:\/|$)/;

/**
 * Whether an address is one of Marketing Cloud's own user interface: `/app-menu`, `/content-builder` or
 * `/journey-builder`, on its own host names or on the emulator's.
 */
export function isShell(host: string, path: string, origin: string): boolean {
  const name = host.toLowerCase();
  const isOwn = name === new URL(origin).host || getOwnOrigin(name, origin) !== origin;
  return SHELL_PATH.test(path) && (SHELL_HOST.test(name) || isOwn);
}

function isService(value: string | undefined): value is Service {
  return value === 'auth' || value === 'rest' || value === 'soap' || value === 'login';
}

function splitTarget(target: string): { path: string; search: string } {
  const relative = /^https?:\/\/[^/?#]*(.*)$/i.exec(target)?.[1] ?? target;
  const mark = relative.indexOf('?');
  const path = mark < 0 ? relative : relative.slice(0, mark);
  return { path: path === '' ? '/' : path, search: mark < 0 ? '' : relative.slice(mark) };
}
