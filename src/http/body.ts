import { finished, pipeline, Readable } from 'node:stream';
import { MarketingCloudError } from '../errors';
import { toCallError } from './call-error';
import { createDecoder } from './decoder';
import { startTimeout } from '../with-timeout';

/** A body without the content encodings that the package undoes. */
export interface DecodedBody {
  readonly body: Readable;
  /** The content encoding that it still has: an unknown one, or several in a row. */
  readonly encoding?: string;
}

/**
 * Undoes the content encoding of a body (RFC 9110 §8.4). The package asks for none, but a proxy in between may compress
 * regardless. One encoding is undone. A body without a byte is empty under any encoding.
 */
export function decoded(body: Readable, encoding: string | undefined): DecodedBody {
  const names = (encoding ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  const [name, ...others] = names;
  if (name === undefined) return { body };
  const decoder = others.length === 0 ? createDecoder(name) : undefined;
  if (decoder === undefined) return { body, encoding: names.join(', ') };
  // Destroys both sides when either fails; the reader of the decoder gets the error.
  pipeline(body, decoder, () => undefined);
  return { body: decoder };
}

/**
 * Reads a body as text, at most `maxBytes` of it. A byte order mark is left out.
 *
 * @throws MarketingCloudError `invalid_response` when there is more
 */
export async function read(body: Readable, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      discard(body);
      throw new MarketingCloudError('invalid_response');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

/**
 * The text of a body that has come whole, without its content encoding.
 *
 * @throws MarketingCloudError `invalid_response` for an unknown encoding, for bytes that are not what it says, and for
 *   more than `maxBytes` of text
 */
export async function decodeText(
  bytes: Buffer,
  encoding: string,
  { maxBytes, status }: { maxBytes: number; status: number },
): Promise<string> {
  const { body, encoding: unknown } = decoded(Readable.from(bytes.length === 0 ? [] : [bytes]), encoding);
  if (unknown !== undefined) throw new MarketingCloudError('invalid_response', { response: { status } });
  try {
    return await read(body, maxBytes);
  } catch (error) {
    throw toCallError(error, status);
  }
}

/**
 * Reads the beginning of a body, which is expected to be short and to come at once.
 *
 * @returns its text where it has `maxBytes` at most and has come within `maxMs`, and a body to read in place of the one given
 * @throws the error of a body that breaks off
 */
export function peek(
  body: Readable,
  maxBytes: number,
  maxMs: number,
): Promise<{ readonly text?: string; readonly body: Readable }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (): void => {
      cancelTimeout();
      unwatch();
      body.off('readable', collect);
    };
    const handOver = (): void => {
      stop();
      body.unshift(Buffer.concat(chunks));
      resolve({ body });
    };
    const collect = (): void => {
      for (let chunk = body.read() as Buffer | null; chunk !== null; chunk = body.read() as Buffer | null) {
        chunks.push(chunk);
        size += chunk.length;
        if (size > maxBytes) {
          handOver();
          return;
        }
      }
    };
    const cancelTimeout = startTimeout(maxMs, handOver);
    const unwatch = finished(body, { writable: false }, (error) => {
      stop();
      if (error === undefined || error === null) {
        const bytes = Buffer.concat(chunks);
        resolve({ text: bytes.toString('utf8'), body: Readable.from(bytes.length === 0 ? [] : [bytes]) });
      } else reject(error);
    });
    body.on('readable', collect);
  });
}

/** Destroys a body that is not read, and closes its connection. */
export function discard(body: Readable): void {
  body.on('error', () => undefined);
  body.destroy();
}

const MAX_DRAINED_BYTES = 65_536;
const MAX_DRAIN_MS = 1_000;

/** Reads an unneeded body to its end, so that its connection can be used again; a long one is destroyed. */
export function drain(body: Readable): void {
  let size = 0;
  const timer = setTimeout(() => body.destroy(), MAX_DRAIN_MS).unref();
  body
    .on('error', () => undefined)
    .once('close', () => clearTimeout(timer))
    .on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_DRAINED_BYTES) body.destroy();
    })
    .resume();
}
