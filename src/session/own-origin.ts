import type { IncomingMessage } from 'node:http';

/**
 * Whether a request shows that it comes from the app's own pages: the browser says `Sec-Fetch-Site: same-origin`, or
 * where it does not say that, its `Origin` is the app's. A cookie that goes along with requests from other sites proves
 * nothing.
 *
 * @param origin the app's own; where it is not known, the host that the request was sent to counts
 */
export function isFromOwnOrigin({ headers }: IncomingMessage, origin: string | undefined): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  if (headers.origin === undefined) return false;
  return origin === undefined ? isHost(headers.origin, headers.host) : headers.origin === origin;
}

function isHost(origin: string, host: string | undefined): boolean {
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
