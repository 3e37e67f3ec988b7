import { Transform, type TransformCallback } from 'node:stream';

type CreateStream = (first: Buffer) => Transform;

/** Loaded when the first encoded answer comes: Marketing Cloud is asked for none. */
const zlib = () => process.getBuiltinModule('node:zlib');

/** Content codings by name. Which stream decodes one may depend on the first bytes. */
const CODINGS: ReadonlyMap<string, CreateStream> = new Map<string, CreateStream>([
  ['gzip', () => zlib().createGunzip()],
  ['x-gzip', () => zlib().createGunzip()],
  ['br', () => zlib().createBrotliDecompress()],
  // RFC 9110 §8.4.1.2: some servers leave out the zlib header, whose first byte says method 8.
  ['deflate', (first) => (((first[0] ?? 0) & 0x0f) === 8 ? zlib().createInflate() : zlib().createInflateRaw())],
]);

/** A stream that undoes a content coding; undefined for one that is unknown. Nothing in gives nothing out. */
export function createDecoder(name: string): Transform | undefined {
  const create = CODINGS.get(name);
  return create && new Decoder(create);
}

/** The bytes of an answer are not what its content encoding says. */
export class DecodingError extends Error {
  readonly code = 'DECODING';
}

/** Chooses the decoding stream when the first byte is there: an empty body has no header to check. */
class Decoder extends Transform {
  readonly #create: CreateStream;
  #inner: Transform | undefined;
  /** Whether the coding has ended: what follows is padding. */
  #hasEnded = false;

  constructor(create: CreateStream) {
    super();
    this.#create = create;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (chunk.length === 0) {
      done();
      return;
    }
    const inner = (this.#inner ??= this.#open(chunk));
    if (this.#hasEnded || inner.write(chunk)) {
      done();
      return;
    }
    // zlib never drains a chunk that goes on behind the end of the coding.
    const settle = (): void => {
      for (const event of ['drain', 'end', 'close']) inner.off(event, settle);
      done();
    };
    for (const event of ['drain', 'end', 'close']) inner.on(event, settle);
  }

  override _flush(done: TransformCallback): void {
    if (this.#inner === undefined || this.#hasEnded) {
      done();
      return;
    }
    this.#inner.once('end', () => done());
    this.#inner.end();
  }

  override _read(size: number): void {
    this.#inner?.resume();
    super._read(size);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#inner?.destroy();
    callback(error);
  }

  #open(first: Buffer): Transform {
    const inner = this.#create(first);
    inner.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) inner.pause();
    });
    inner.on('end', () => {
      this.#hasEnded = true;
    });
    inner.on('error', (error) => {
      if (!this.#hasEnded)
        this.destroy(new DecodingError('The content encoding is not what it says.', { cause: error }));
    });
    return inner;
  }
}
