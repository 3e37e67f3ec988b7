import type { IncomingMessage } from 'node:http';

/**
 * Listens in on a request's body without taking it away from whoever reads it. Call before anything is read; the result
 * gives what has been read so far.
 */
export function tapBody(req: IncomingMessage): () => Buffer {
  const chunks: Uint8Array[] = [];
  const push = req.push.bind(req);
  req.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (chunk instanceof Uint8Array) chunks.push(chunk);
    return push(chunk, encoding);
  };
  return () => Buffer.concat(chunks);
}

/** Parses a body by its content type: JSON, a form, or `undefined`. A repeated form field counts as an array. */
export function parseBody(text: string, contentType: string | undefined): unknown {
  const [type = ''] = (contentType ?? '').split(';');
  switch (type.trim().toLowerCase()) {
    case 'application/json':
      return parseJson(text);
    case 'application/x-www-form-urlencoded':
      return collect(new URLSearchParams(text));
    default:
      return undefined;
  }
}

/** Names and values of a query or form as a plain object; what is repeated becomes an array. */
export function collect(parameters: URLSearchParams): Record<string, string | readonly string[]> {
  const names = new Set(parameters.keys());
  const pairs = [...names].map((name): [string, string | readonly string[]] => {
    const values = parameters.getAll(name);
    return [name, values.length === 1 ? (values[0] ?? '') : values];
  });
  return Object.fromEntries(pairs);
}

function parseJson(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch {
    return undefined;
  }
}
