import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, deflate, gzip } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { createDecoder } from '../../../src/http/decoder';

const CODERS = { gzip: promisify(gzip), deflate: promisify(deflate), br: promisify(brotliCompress) } as const;

test.each([
  ['gzip', 100],
  ['gzip', 40_000],
  ['deflate', 100],
  ['deflate', 40_000],
  ['br', 40_000],
] as const)(
  'defect 26: a %s body of %i bytes ends, with any bytes after its end in the same chunk',
  async (coding, size) => {
    const plain = randomBytes(size);
    const decoder = createDecoder(coding);
    const chunks: Buffer[] = [];
    decoder?.on('data', (chunk: Buffer) => chunks.push(chunk));
    const ended = once(decoder as NodeJS.EventEmitter, 'end');
    decoder?.write(Buffer.concat([await CODERS[coding](plain), Buffer.alloc(8)]));
    decoder?.end();
    await ended;
    expect(Buffer.concat(chunks).equals(plain)).toBe(true);
  },
);
