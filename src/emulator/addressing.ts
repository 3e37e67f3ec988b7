/** The four hosts that a tenant has. */
export type Service = 'auth' | 'rest' | 'soap' | 'login';

/** Gives a tenant's base URL for a service, without a slash at the end. */
export type BaseUrls = (service: Service, subdomain: string) => string;

/** Which tenant and service a request is for, and how it named them. */
export interface Location {
  readonly service: Service;
  readonly subdomain: string;
  /** The path as Marketing Cloud sees it, such as `/v2/token`. */
  readonly path: string;
  /** The query with its `?`, or an empty string. */
  readonly search: string;
  /** Base URLs in the same style: a client that came by host name is sent to host names. */
  readonly baseUrls: BaseUrls;
}

const API_HOST = /^([a-z0-9-]{1,63})\.(auth|rest|soap)\.marketingcloudapis\.com(:\d{1,5})?$/;
const LOGIN_HOST = /^([a-z0-9-]{1,63})\.(login)\.exacttarget\.com(:\d{1,5})?$/;
const BY_PATH = /^\/([A-Za-z0-9-]{1,63})\/(auth|rest|soap|login)(\/.*)?$/;

/** Base URLs that name the tenant in the path, under the emulator's own origin. */
export function createBaseUrlsByPath(origin: string): BaseUrls {
  return (service, subdomain) => `${origin}/${subdomain}/${service}`;
}

/** Base URLs with the real host names; `port` is `''`, or the one that the client used, with its colon. */
export function createBaseUrlsByHost(scheme: string, port: string): BaseUrls {
  return (service, subdomain) =>
    service === 'login'
      ? `${scheme}://${subdomain}.login.exacttarget.com${port}`
      : `${scheme}://${subdomain}.${service}.marketingcloudapis.com${port}`;
}

/** Reads tenant and service off a request: off the host name where it is a real one, off the path otherwise. */
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
  return { service, subdomain: subdomain.toLowerCase(), path: rest, search, baseUrls: createBaseUrlsByPath(origin) };
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
