import type { IncomingMessage } from 'node:http';

/**
 * Whether a request shows that it comes from the app's own pages: the browser says `Sec-Fetch-Site: same-origin`, or
 * its `Origin` is the app's. A cookie that goes along with requests from other sites proves nothing.
 */
export function isFromOwnOrigin(req: IncomingMessage, origin: string): boolean {
  const site = req.headers['sec-fetch-site'];
  return site === undefined ? req.headers.origin === origin : site === 'same-origin';
}
