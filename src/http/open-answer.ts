import type { Readable } from 'node:stream';
import { MarketingCloudError } from '../errors';
import { decoded, discard, drain, peek, read } from './body';
import type { BodyWatch } from './body-watch';
import { toCallError } from './call-error';
import { toWebStream } from './web-streams';

/** An answer whose body is still to be read, discarded or drained. */
export class OpenAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** The content encoding that the body still has, where it is one that the package does not undo. */
  readonly encoding: string | undefined;
  readonly #watch: BodyWatch;
  readonly #signal: AbortSignal | undefined;
  #body: Readable;

  constructor(
    answer: { status: number; headers: ReadonlyMap<string, string>; body: Readable },
    parts: { watch: BodyWatch; signal?: AbortSignal | undefined },
  ) {
    this.status = answer.status;
    this.headers = answer.headers;
    this.#watch = parts.watch;
    this.#signal = parts.signal;
    const { body, encoding } = decoded(answer.body, answer.headers.get('content-encoding'));
    // The reader gets its error. Without a listener an error before the first read would end the process.
    body.on('error', () => undefined);
    this.#body = body;
    this.encoding = encoding;
  }

  /**
   * Reads the body as text, at most `maxBytes` of it, within the call's deadline.
   *
   * @throws MarketingCloudError `upstream_unavailable` when it breaks off, `invalid_response` when there is more of it or
   *   its encoding is unknown; the signal's reason when it is aborted
   */
  async text(maxBytes: number): Promise<string> {
    if (this.encoding !== undefined) {
      this.discard();
      throw this.#toError(new MarketingCloudError('invalid_response', { response: { status: this.status } }));
    }
    try {
      return await read(this.#body, maxBytes);
    } catch (error) {
      throw this.#toError(error);
    }
  }

  /** The text of a short body, which can be read again; undefined for one that is longer or takes longer. */
  async peekText(maxBytes: number, maxMs: number): Promise<string | undefined> {
    if (this.encoding !== undefined || Number(this.headers.get('content-length') ?? 0) > maxBytes) return undefined;
    try {
      const { text, body } = await peek(this.#body, maxBytes, maxMs);
      this.#body = body;
      return text;
    } catch (error) {
      throw this.#toError(error);
    }
  }

  /** The body as a web stream. The call's deadline ends here: a download may take as long as it is read. */
  webStream(): ReadableStream<Uint8Array> {
    this.#watch.endDeadline();
    return toWebStream(this.#body, {
      onDemand: (wanted) => this.#watch.demand(wanted),
      toError: (error) => this.#toError(error),
    });
  }

  /** Calls back once nothing of the body is left. */
  onceClosed(listener: () => void): void {
    if (this.#body.closed) listener();
    else this.#body.once('close', listener);
  }

  /** Reads an unneeded body to its end, so that its connection can be used again. */
  drain(): void {
    drain(this.#body);
  }

  /** Destroys the body and closes its connection. */
  discard(): void {
    discard(this.#body);
  }

  #toError(error: unknown): unknown {
    return this.#signal?.aborted === true ? this.#signal.reason : toCallError(error, this.status);
  }
}
