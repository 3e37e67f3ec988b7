import { Readable } from 'node:stream';
import { discard } from './body';

/** Read ahead before the first read, so that a short body frees its connection by itself. */
const READ_AHEAD_BYTES = 65_536;

/** What `toWebStream` reports and converts. */
export interface WebStreamHooks {
  /** Called with `true` when the reader wants more, with `false` when it has enough for now. */
  readonly onDemand?: (wanted: boolean) => void;
  /** Converts an error of the body into the one that the reader gets. */
  readonly toError?: (error: unknown) => unknown;
}

/** Discards the bodies whose web streams have been garbage-collected. */
const abandoned = new FinalizationRegistry<Readable>(discard);

/**
 * Converts a Node stream into a web stream of bytes, 64 KB of which are read ahead.
 *
 * It takes the place of `Readable.toWeb`, which closes its controller a second time when the stream is cancelled: an
 * uncaught exception (Node 20, 22 and 24). `ReadableStream.from` would not cancel before the next chunk has come.
 */
export function toWebStream(body: Readable, { onDemand, toError }: WebStreamHooks = {}): ReadableStream<Uint8Array> {
  let settled = false;
  // Strong while bytes are awaited, else weak: an answer that is neither read nor reachable can be given up.
  let awaited: ReadableByteStreamController | undefined;
  let reference: WeakRef<ReadableByteStreamController> | undefined;
  const settle = (finish: (controller: ReadableByteStreamController) => void): void => {
    if (settled) return;
    settled = true;
    const controller = awaited ?? reference?.deref();
    awaited = undefined;
    if (controller !== undefined) finish(controller);
  };
  const fail = (error: unknown): void => settle((controller) => controller.error(toError?.(error) ?? error));
  const take = (chunk: Uint8Array | string): void => {
    const controller = awaited ?? reference?.deref();
    if (settled || controller === undefined || chunk.length === 0) return;
    // A copy: the stream transfers what it is given, and Node's buffers share their memory.
    controller.enqueue(typeof chunk === 'string' ? Buffer.from(chunk) : new Uint8Array(chunk));
    if ((controller.desiredSize ?? 0) > 0) return;
    body.pause();
    awaited = undefined;
    onDemand?.(false);
  };
  const listen = (controller: ReadableByteStreamController): void => {
    reference = new WeakRef(controller);
    awaited = controller;
    // Paused first, so that the listener does not start the flow before the first pull.
    body.pause();
    body.on('data', take);
    body.once('end', () => settle(close));
    body.on('error', fail);
    body.once('close', () => fail(body.errored ?? new Error('The body ended early.')));
    if (body.readableEnded) settle(close);
    else if (body.destroyed) fail(body.errored ?? new Error('The body is closed.'));
  };
  const stream = new ReadableStream(
    {
      type: 'bytes',
      start: listen,
      pull: (controller) => {
        if (settled) return;
        awaited = controller;
        onDemand?.(true);
        body.resume();
      },
      cancel: () => {
        settle(() => undefined);
        discard(body);
      },
    },
    { highWaterMark: READ_AHEAD_BYTES },
  );
  abandoned.register(stream, body);
  return stream;
}

function close(controller: ReadableByteStreamController): void {
  controller.close();
  // A reader that brought its own buffer waits until that is given back.
  controller.byobRequest?.respond(0);
}

/**
 * Converts a web stream of bytes into a Node stream. It locks the web stream at once, fails as soon as that fails, also
 * before the first read, and cancels it when it is destroyed itself.
 *
 * @throws TypeError when the web stream is locked
 */
export function toNodeStream(stream: ReadableStream<unknown>): Readable {
  const reader = stream.getReader();
  const readable = new Readable({
    read() {
      reader.read().then(
        ({ done, value }) => {
          const chunk = done ? null : toBytes(value);
          if (chunk === undefined) this.destroy(new TypeError('A body that is a stream must be one of bytes.'));
          else if (chunk?.length === 0) this._read(0);
          else this.push(chunk);
        },
        (error: unknown) => this.destroy(error as Error),
      );
    },
    destroy(error, callback) {
      reader.cancel(error).catch(() => undefined);
      callback(error);
    },
  });
  reader.closed.catch((error: unknown) => readable.destroy(toErrorObject(error)));
  return readable;
}

/** A Node stream is not destroyed with less than an object. */
function toErrorObject(error: unknown): Error {
  return typeof error === 'object' && error !== null
    ? (error as Error)
    : new Error('The body failed.', { cause: error });
}

function toBytes(value: unknown): Buffer | undefined {
  if (typeof value === 'string') return Buffer.from(value);
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  return ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : undefined;
}
