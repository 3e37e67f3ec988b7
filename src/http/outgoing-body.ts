import { Readable } from 'node:stream';
import { toNodeStream } from './web-streams';

/** A request body that can be sent once. Its source may fail at any time, also before it is sent. */
export interface OutgoingStream {
  readonly stream: Readable;
  /** Ends a body that has not been sent, or whose sending has ended early. */
  readonly end: () => void;
}

/** Whether a request body is a stream: a web stream, a Node stream, or any other async iterable. */
export function isStreamBody(body: unknown): body is ReadableStream<unknown> | AsyncIterable<unknown> {
  return typeof body === 'object' && body !== null && ('getReader' in body || Symbol.asyncIterator in body);
}

/**
 * Takes a stream over as a request body. From here on its failure is reported to `onFailure`, and never an unhandled
 * `error` event, however long it takes until it is sent.
 *
 * @throws TypeError when the stream is locked, destroyed or read already
 */
export function takeStream(
  body: ReadableStream<unknown> | AsyncIterable<unknown>,
  onFailure: (error: unknown) => void,
): OutgoingStream {
  const stream = toReadable(body);
  stream.on('error', onFailure);
  if (stream.errored !== null) onFailure(stream.errored);
  else if (stream.destroyed || stream.readableEnded) throw new TypeError('The body has been read or destroyed before.');
  return { stream, end: () => void stream.destroy() };
}

/** Ends a stream that was given as the body of a call that is never sent. */
export function dismiss(body: unknown): void {
  if (!isStreamBody(body)) return;
  if (isNodeStream(body)) {
    body.on('error', () => undefined);
    body.destroy();
  } else if ('getReader' in body) {
    if (!body.locked) body.cancel().catch(() => undefined);
  }
}

function toReadable(body: ReadableStream<unknown> | AsyncIterable<unknown>): Readable {
  if (isNodeStream(body)) return body;
  return 'getReader' in body ? toNodeStream(body) : Readable.from(body);
}

/** By shape: a stream may come from another realm, or from the package readable-stream. */
function isNodeStream(body: object): body is Readable {
  return 'pipe' in body && 'destroy' in body && 'on' in body;
}
