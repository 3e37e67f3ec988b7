import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { MarketingCloudError } from '../errors';

const DECODERS: ReadonlyMap<string, () => NodeJS.ReadWriteStream & Readable> = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/**
 * A body without its content encoding. We ask for none, but a proxy in between may have its own mind; one layer is
 * undone, a chain of them is refused.
 *
 * @throws MarketingCloudError `invalid_response`
 */
export function decoded(body: Readable, encoding: string | undefined): Readable {
  const name = (encoding ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity') return body;
  const decoder = DECODERS.get(name)?.();
  if (decoder === undefined) {
    discard(body);
    throw new MarketingCloudError('invalid_response');
  }
  // Either end's failure reaches whoever reads the other; the reader reports it.
  pipeline(body, decoder, () => undefined);
  return decoder;
}

/**
 * A body as text, at most `maxBytes` of it.
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
  return Buffer.concat(chunks).toString('utf8');
}

/** Gives up a body that nobody will read, and the connection it came by. */
export function discard(body: Readable): void {
  body.on('error', () => undefined);
  body.destroy();
}
