/** A customer's top-level account, told apart by its tenant-specific subdomain; base URLs end without a slash. */
export interface Tenant {
  readonly subdomain: string;
  readonly authBaseUrl: string;
  readonly restBaseUrl: string;
  readonly soapBaseUrl: string;
}

/** The template of the real tenants. */
export const MARKETING_CLOUD_TEMPLATE = 'https://{subdomain}.{service}.marketingcloudapis.com';

/** Not one that only looks like a label of an internationalised name, which a URL parser refuses. */
const LABEL = /^(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * One DNS label, lower-cased, or undefined. The letters are checked before the case is changed: some letters
 * outside ASCII have a lower case inside it.
 */
export function parseSubdomain(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z0-9-]{1,63}$/.test(value)) return undefined;
  const label = value.toLowerCase();
  return LABEL.test(label) ? label : undefined;
}

/** Whether a stored value is a subdomain as it is stored: one DNS label in small letters. */
export function isSubdomain(value: unknown): value is string {
  return typeof value === 'string' && parseSubdomain(value) === value;
}

/**
 * The subdomain in a text that was pasted in its place, such as one of the tenant's base URLs; undefined when there is none.
 *
 * @example
 * findSubdomain('https://mc563885gzs27c5t9-63k636ttgm.auth.marketingcloudapis.com/'); // 'mc563885gzs27c5t9-63k636ttgm'
 */
export function findSubdomain(text: string): string | undefined {
  const pasted = /^(?:https?:\/\/)?([a-z0-9-]{1,63})\.(?:auth|rest|soap)\./i.exec(text.trim());
  return parseSubdomain(pasted?.[1]) ?? parseSubdomain(text.trim());
}

/** Whether a URL points at this machine, where plain http and any port are fine. */
export function isLoopback(url: URL): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
}

/**
 * What is wrong with a `baseUrlTemplate`, or undefined. Both placeholders stand once, either both in the host, before
 * a domain of its own, or both in the path; http and a port only on loopback.
 */
export function faultOfTemplate(template: string): string | undefined {
  if (!/^[\x21-\x7e]+$/.test(template) || template.includes('\\')) return 'must be a plain URL';
  if (template.split('{subdomain}').length !== 2 || template.split('{service}').length !== 2) {
    return 'must hold {subdomain} and {service}, once each';
  }
  // A URL parser forgives a missing or an additional slash, and an empty user name.
  const [, authority] = /^[^/]*:\/\/([^/]+)/.exec(template) ?? [];
  const url = parseUrl(fill(template, 'subdomain', 'service'));
  if (url === undefined || authority === undefined) return 'must be an absolute URL';
  if (authority.includes('@')) return 'must not hold a user name or a password';
  if (/[?#]/.test(template)) return 'must not have a query or a fragment';
  const inHost = ['{subdomain}', '{service}'].filter((placeholder) => authority.includes(placeholder)).length;
  if (inHost === 1) return 'must hold {subdomain} and {service} both in the host or both in the path';
  if (inHost === 2 && !/^[^:]*\}\.[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d+)?$/i.test(authority)) {
    return 'must end its host in a fixed domain';
  }
  if (isLoopback(url)) return /^https?:$/.test(url.protocol) ? undefined : 'must be https: or http:';
  if (url.protocol !== 'https:') return 'must be https: (http: only on loopback)';
  return url.port === '' ? undefined : 'must not have a port (only on loopback)';
}

/** The base URLs of one tenant, as a URL parser writes them. The template and the label must have been checked. */
export function createTenant(template: string, subdomain: string): Tenant {
  const baseUrl = (service: string): string => {
    const { origin, pathname } = new URL(fill(template, subdomain, service));
    return `${origin}${pathname}`.replace(/(?<!\/)\/+$/, '');
  };
  return {
    subdomain,
    authBaseUrl: baseUrl('auth'),
    restBaseUrl: baseUrl('rest'),
    soapBaseUrl: baseUrl('soap'),
  };
}

/**
 * Whether a base URL that a server returned is the expected one. Salesforce's own examples come with and without
 * scheme and final slash; nothing else may differ but the letter case of the host.
 */
export function isBaseUrl(value: unknown, expected: string): boolean {
  if (typeof value !== 'string' || !/^[\x21-\x7e]{1,2048}$/.test(value)) return false;
  const [, scheme = '', host = '', path = ''] = /^([a-z]+:\/\/)?([^/]+)(\/.*)?$/i.exec(value.replace(/\/$/, '')) ?? [];
  const [, ownScheme = '', ownHost = '', ownPath = ''] = /^([a-z]+:\/\/)([^/]+)(\/.*)?$/i.exec(expected) ?? [];
  return (
    (scheme === '' || scheme.toLowerCase() === ownScheme.toLowerCase()) &&
    host.toLowerCase() === ownHost.toLowerCase() &&
    path === ownPath
  );
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function fill(template: string, subdomain: string, service: string): string {
  return template.replace('{subdomain}', () => subdomain).replace('{service}', () => service);
}
