import type { IncomingMessage } from 'node:http';

/** Elements that show a page inside another one. */
const FRAMES: ReadonlySet<unknown> = new Set(['iframe', 'frame', 'embed', 'object']);

/**
 * What the answer to a request is for, as the browser says: a page in the address bar, a page in a frame, or data for a
 * script. Undefined for anything else, and where the browser does not say: Safari does since 16.4.
 * https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Dest
 */
export function getDestination({ headers }: IncomingMessage): 'document' | 'frame' | 'data' | undefined {
  const destination = headers['sec-fetch-dest'];
  if (destination === 'document') return 'document';
  // A link with `download` is a navigation that shows nothing.
  if (destination === 'empty') return headers['sec-fetch-mode'] === 'navigate' ? undefined : 'data';
  return FRAMES.has(destination) ? 'frame' : undefined;
}
