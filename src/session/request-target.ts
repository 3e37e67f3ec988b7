import type { AppRequest } from './app-request';

/** The path and the query of a request. */
export interface RequestTarget {
  readonly path: string;
  readonly query: URLSearchParams;
}

const NO_QUERY = new URLSearchParams();

/** What the browser asked for, before a router or a rewrite changed it, and without the app's query parser. */
export function parseTarget(req: AppRequest): RequestTarget {
  let target = req.originalUrl ?? req.url ?? '';
  // A proxy's absolute form (RFC 9112 §3.2.2).
  if (!target.startsWith('/')) target = target.replace(/^[a-z]+:\/\/[^/?#]*/i, '');
  const fragment = target.indexOf('#');
  if (fragment >= 0) target = target.slice(0, fragment);
  const mark = target.indexOf('?');
  return mark < 0
    ? { path: target, query: NO_QUERY }
    : { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) };
}

/** Whether a browser only loads the page ahead: that must start nothing and consume nothing. */
export function isPrefetch({ headers }: AppRequest): boolean {
  const { purpose } = headers;
  const secPurpose = headers['sec-purpose'];
  if (purpose === undefined && secPurpose === undefined) return false;
  return [purpose, secPurpose].some((value) => /\bprefetch\b/i.test(String(value ?? '')));
}
