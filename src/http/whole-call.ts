import { MarketingCloudError } from '../errors';
import { withoutPrototype } from '../own-properties';
import { startTimeout } from '../with-timeout';
import { decodeText } from './body';
import { MAX_WHOLE_BYTES, maySendAgain, type WholeAnswer, type WholeCall } from './call';
import { DeadlineError, toCallError } from './call-error';
import type { AnswerHandler, AnswerHeaders, OwnAgent } from './own-agent';

/**
 * Makes a call on the package's own agent and reads its answer to the end.
 *
 * @throws MarketingCloudError `upstream_unavailable` (503, or 504 when time ran out), `invalid_response`
 */
export async function makeWholeCall(agent: OwnAgent, call: WholeCall, timeoutMs: number): Promise<WholeAnswer> {
  const { origin, pathname, search } = new URL(call.url);
  // Own properties only: a GET has no body, also where `Object.prototype` has been given one.
  const { body } = withoutPrototype(call);
  // Without a prototype, since undici has many more options, such as the name that a certificate must be for.
  const request = withoutPrototype<Parameters<OwnAgent['dispatch']>[0]>({
    origin,
    path: pathname + search,
    method: call.method,
    headers: call.headers,
    body: body ?? null,
    // Off: they fire before an answer is read that has arrived in time. The deadline is the call's.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const answer = await new Promise<AnswerReader>((resolve, reject) => {
    let isSentAgain = false;
    const sendAgain = (error: Error): boolean => {
      if (isSentAgain || !maySendAgain(call.method, error)) return false;
      isSentAgain = true;
      agent.dispatch(request, reader);
      return true;
    };
    const reader = new AnswerReader(timeoutMs, { resolve, reject, sendAgain });
    agent.dispatch(request, reader);
  });
  return {
    status: answer.status,
    contentType: answer.getHeader('content-type') ?? '',
    text: await answer.readText(),
    retryAfter: answer.getHeader('retry-after'),
  };
}

/** Where an answer, or the failure of its call, is reported. */
interface AnswerOutcome {
  readonly resolve: (answer: AnswerReader) => void;
  readonly reject: (error: unknown) => void;
  /** Sends the request once more where an error before the answer allows it; false when it does not. */
  readonly sendAgain: (error: Error) => boolean;
}

/** Collects one answer from undici's callbacks, under one deadline. */
class AnswerReader implements AnswerHandler {
  status = 0;
  #headers: AnswerHeaders = {};
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #hasEnded = false;
  #controller: Parameters<AnswerHandler['onRequestStart']>[0] | undefined;
  readonly #outcome: AnswerOutcome;
  readonly #cancelTimeout: () => void;

  constructor(timeoutMs: number, outcome: AnswerOutcome) {
    this.#outcome = outcome;
    this.#cancelTimeout = startTimeout(timeoutMs, () => this.#fail(new DeadlineError()));
  }

  onRequestStart(controller: { abort(reason: Error): void }): void {
    this.#controller = controller;
    // It may have waited for its connection longer than its deadline.
    if (this.#hasEnded) controller.abort(new DeadlineError());
  }

  onResponseStart(_controller: object, status: number, headers: AnswerHeaders): void {
    if (status < 200) return;
    this.status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: object, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > MAX_WHOLE_BYTES) this.#fail(new MarketingCloudError('invalid_response'));
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#hasEnded) return;
    this.#end();
    this.#outcome.resolve(this);
  }

  onResponseError(_controller: object, error: Error): void {
    if (this.#hasEnded || (this.status === 0 && this.#outcome.sendAgain(error))) return;
    this.#fail(error);
  }

  /** The value of a header; several of one name are joined (RFC 9110 §5.3). */
  getHeader(name: string): string | undefined {
    const value = Object.hasOwn(this.#headers, name) ? this.#headers[name] : undefined;
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** The body without its content encoding and without a byte order mark. */
  async readText(): Promise<string> {
    const [first, ...others] = this.#chunks;
    const bytes = first !== undefined && others.length === 0 ? first : Buffer.concat(this.#chunks);
    const encoding = this.getHeader('content-encoding');
    if (encoding !== undefined && encoding !== '' && encoding !== 'identity') {
      return await decodeText(bytes, encoding, { maxBytes: MAX_WHOLE_BYTES, status: this.status });
    }
    return withoutByteOrderMark(bytes.toString('utf8'));
  }

  #fail(error: Error): void {
    if (this.#hasEnded) return;
    this.#end();
    this.#outcome.reject(toCallError(error, this.status === 0 ? undefined : this.status));
    this.#controller?.abort(error);
  }

  #end(): void {
    this.#hasEnded = true;
    this.#cancelTimeout();
  }
}

function withoutByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
