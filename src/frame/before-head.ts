import type { OutgoingHttpHeaders, OutgoingHttpHeader, ServerResponse } from 'node:http';

type GivenHeaders = OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined;

/**
 * Runs `edit` once, right before the head of a response goes out, when its status and all its headers are set: also those
 * given to `writeHead`, in each of its forms. The last one that was added runs first.
 */
export function beforeHead(res: ServerResponse, edit: () => void): void {
  const writeHead = Reflect.get(res, 'writeHead');
  const replacement = (status: number, reasonOrHeaders?: string | GivenHeaders, headers?: GivenHeaders): unknown => {
    res.writeHead = writeHead;
    const reason = typeof reasonOrHeaders === 'string' ? reasonOrHeaders : undefined;
    if (!res.headersSent) {
      res.statusCode = status;
      setHeaders(res, typeof reasonOrHeaders === 'string' ? headers : (reasonOrHeaders ?? headers));
      edit();
    }
    return reason === undefined ? res.writeHead(res.statusCode) : res.writeHead(res.statusCode, reason);
  };
  res.writeHead = replacement as ServerResponse['writeHead'];
}

/** Sets headers as `writeHead` would. A flat list of names and values may repeat a name, such as `Set-Cookie`. */
function setHeaders(res: ServerResponse, given: GivenHeaders): void {
  if (given === undefined) return;
  if (!Array.isArray(given)) {
    for (const [name, value] of Object.entries(given)) if (value !== undefined) res.setHeader(name, value);
    return;
  }
  const pairs = toPairs(given);
  for (const [name] of pairs) res.removeHeader(name);
  for (const [name, value] of pairs) res.appendHeader(name, Array.isArray(value) ? value : String(value));
}

/** Node takes a flat list, and a list of pairs. */
function toPairs(list: readonly OutgoingHttpHeader[]): [name: string, value: OutgoingHttpHeader][] {
  if (Array.isArray(list[0])) return list.map((pair) => [String((pair as string[])[0]), (pair as string[])[1] ?? '']);
  const pairs: [string, OutgoingHttpHeader][] = [];
  for (let at = 0; at + 1 < list.length; at += 2) pairs.push([String(list[at]), list[at + 1] ?? '']);
  return pairs;
}
