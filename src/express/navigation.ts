import type { IncomingMessage } from 'node:http';

/**
 * Whether a request is a browser going to a page, which a redirect can lead to the login page: GET or HEAD, and
 * `Sec-Fetch-Mode: navigate` without `Sec-Fetch-Dest: empty`, or, where a client does not send the former, an `Accept`
 * that prefers HTML to JSON.
 */
export function isNavigation(req: IncomingMessage): boolean {
  return (req.method === 'GET' || req.method === 'HEAD') && navigates(req);
}

/** Whether a request is a browser that sends a form and goes to the page that answers it. */
export function isPostNavigation(req: IncomingMessage): boolean {
  return req.method === 'POST' && navigates(req);
}

function navigates(req: IncomingMessage): boolean {
  const mode = req.headers['sec-fetch-mode'];
  // A link with `download` shows no page, and would keep the login page as a file.
  if (mode !== undefined) return mode === 'navigate' && req.headers['sec-fetch-dest'] !== 'empty';
  const accept = req.headers.accept ?? '';
  return quality(accept, 'text/html') > quality(accept, 'application/json');
}

/** The weight that an `Accept` header gives to a media type by its own name (RFC 9110 §12.5.1); wildcards prefer nothing. */
function quality(accept: string, type: string): number {
  for (const range of accept.split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (name !== type) continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    return weight === undefined ? 1 : Number(weight.slice(2)) || 0;
  }
  return 0;
}
