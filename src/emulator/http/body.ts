import type { IncomingMessage } from 'node:http';

/**
 * Copies a request's body while another handler reads it. Call it before the body is read. The result returns what has
 * been read so far.
 */
export function copyBody(req: IncomingMessage): () => Buffer {
  const chunks: Uint8Array[] = [];
  const push = req.push.bind(req);
  req.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (chunk instanceof Uint8Array) chunks.push(chunk);
    return push(chunk, encoding);
  };
  return () => Buffer.concat(chunks);
}

/** Parses a body by its content type, JSON or a form; any other gives `undefined`. A repeated form field is an array. */
export function parseBody(text: string, contentType: string | undefined): unknown {
  const [type = ''] = (contentType ?? '').split(';');
  switch (type.trim().toLowerCase()) {
    case 'application/json':
      return parseJson(text);
    case 'application/x-www-form-urlencoded':
      return toParameters(new URLSearchParams(text));
    default:
      return undefined;
  }
}

/** Converts the parameters of a query or form to a plain object. The value of a repeated parameter is an array. */
export function toParameters(parameters: URLSearchParams): Record<string, string | readonly string[]> {
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
