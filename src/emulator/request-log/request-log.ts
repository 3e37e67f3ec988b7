import type { Service } from '../addressing';
import type { Endpoint } from './endpoints';

/** The number of requests that are kept; the option `recordLimit` changes it. */
export const DEFAULT_RECORD_LIMIT = 10_000;

/**
 * A request that the emulator has received.
 *
 * @example
 * const request = emulator.requests.last('token');
 * assert.equal(request?.headers['user-agent'], 'my-app');
 */
export interface RecordedRequest {
  /** Counts from 1; `clear` does not reset it. */
  readonly number: number;
  readonly endpoint: Endpoint;
  readonly service: Service | undefined;
  readonly subdomain: string | undefined;
  readonly method: string;
  /** The path on the service, such as `/v2/token`. */
  readonly path: string;
  /** The value of a repeated parameter is an array. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The parsed JSON or form body, as far as it has been read; `undefined` for any other content type. */
  readonly body: unknown;
  /** The body as text, as far as it has been read. */
  readonly rawBody: string;
  /** When it arrived, by the emulator's clock, in milliseconds since the epoch. */
  readonly at: number;
  /** The client's port. Each connection has its own, so a test can count connections. */
  readonly remotePort: number | undefined;
  /** The status of the answer; `undefined` until it has been sent. */
  status: number | undefined;
}

interface Waiter {
  readonly endpoint: Endpoint | undefined;
  readonly count: number;
  readonly resolve: () => void;
}

/** Returns whether a request counts for an endpoint. Every call to the REST host counts for `rest`. */
export function isRequestTo(request: Pick<RecordedRequest, 'endpoint' | 'service'>, endpoint: Endpoint): boolean {
  return request.endpoint === endpoint || (endpoint === 'rest' && request.service === 'rest');
}

/**
 * The requests that the emulator has received, oldest first. It is iterable.
 *
 * @example
 * const statuses = [...emulator.requests].map((request) => request.status);
 * const [refresh] = await emulator.requests.waitFor('token');
 */
export class RequestLog implements Iterable<RecordedRequest> {
  readonly #limit: number;
  #requests: RecordedRequest[] = [];
  #waiters: Waiter[] = [];
  #number = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  [Symbol.iterator](): Iterator<RecordedRequest> {
    return this.all[Symbol.iterator]();
  }

  /** The requests as an array, which does not change later. */
  get all(): RecordedRequest[] {
    return this.#requests.slice(-this.#limit);
  }

  get length(): number {
    return this.all.length;
  }

  /** Returns the requests to one endpoint. */
  to(endpoint: Endpoint): RecordedRequest[] {
    return this.all.filter((request) => isRequestTo(request, endpoint));
  }

  /** Returns the latest request, or the latest one to an endpoint. */
  last(endpoint?: Endpoint): RecordedRequest | undefined {
    return (endpoint === undefined ? this.all : this.to(endpoint)).at(-1);
  }

  /** Removes all requests. */
  clear(): void {
    this.#requests = [];
  }

  /** Resolves when the log has at least `count` requests to an endpoint, so that a test can wait for one to arrive. */
  async waitFor(endpoint: Endpoint, count = 1): Promise<RecordedRequest[]> {
    if (this.to(endpoint).length < count) {
      await new Promise<void>((resolve) => this.#waiters.push({ endpoint, count, resolve }));
    }
    return this.to(endpoint);
  }

  /** Adds a request, which `create` builds with its number. */
  add(create: (number: number) => RecordedRequest): RecordedRequest {
    this.#number += 1;
    const recorded = create(this.#number);
    this.#requests.push(recorded);
    if (this.#requests.length >= 2 * this.#limit) this.#requests = this.all;
    const waiters = this.#waiters;
    this.#waiters = waiters.filter((waiter) => !this.#isSatisfied(waiter));
    for (const waiter of waiters) if (this.#isSatisfied(waiter)) waiter.resolve();
    return recorded;
  }

  #isSatisfied({ endpoint, count }: Waiter): boolean {
    return (endpoint === undefined ? this.all : this.to(endpoint)).length >= count;
  }
}
