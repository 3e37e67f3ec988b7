import type { Service } from '../addressing';

/**
 * What a request is for. `rest` counts every call to the REST host, including the five named REST endpoints; `unknown`
 * is every other request.
 *
 * @example
 * const endpoint: Endpoint = 'token';
 * assert.equal(emulator.requestsTo(endpoint).length, 1);
 */
export type Endpoint =
  | 'authorize'
  | 'login'
  | 'logout'
  | 'token'
  | 'userinfo'
  | 'discovery'
  | 'tokenContext'
  | 'endpoints'
  | 'assets'
  | 'rowset'
  | 'interactions'
  | 'rest'
  | 'soap'
  | 'unknown';

const PATTERNS: Readonly<Record<Exclude<Service, 'soap'>, readonly (readonly [RegExp, Endpoint])[]>> = {
  auth: [
    [/^\/v2\/authorize\/?$/i, 'authorize'],
    [/^\/v2\/token\/?$/i, 'token'],
    [/^\/v2\/userinfo\/?$/i, 'userinfo'],
    [/^\/v2\/discovery\/?$/i, 'discovery'],
  ],
  login: [
    [/^\/hub-cas\/login\/?$/i, 'login'],
    [/^\/hub-cas\/logout\/?$/i, 'logout'],
  ],
  rest: [
    [/^\/platform\/v1\/tokenContext\/?$/i, 'tokenContext'],
    [/^\/platform\/v1\/endpoints(?:\/|$)/i, 'endpoints'],
    [/^\/asset\/v1\/content\/assets(?:\/|$)/i, 'assets'],
    [/^\/data\/v1\/customobjectdata\//i, 'rowset'],
    [/^\/interaction\/v1\/interactions(?:\/|$)/i, 'interactions'],
    [/^/, 'rest'],
  ],
};

/** Returns the endpoint of a path on a service. */
export function getEndpoint(service: Service, path: string): Endpoint {
  if (service === 'soap') return 'soap';
  return PATTERNS[service].find(([pattern]) => pattern.test(path))?.[1] ?? 'unknown';
}
