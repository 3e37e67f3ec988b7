import type { Service } from './addressing';

/**
 * What a request was for. `rest` stands for every call to the REST host, the four named ones among them; `unknown` is
 * whatever fits nothing.
 */
export type Endpoint =
  | 'authorize'
  | 'login'
  | 'logout'
  | 'token'
  | 'userinfo'
  | 'discovery'
  | 'tokenContext'
  | 'endpoints'
  | 'assets'
  | 'rowset'
  | 'interactions'
  | 'rest'
  | 'soap'
  | 'unknown';

/** One request as it came in. */
export interface RecordedRequest {
  /** 1 for the first, and so on; `clear` does not start it over. */
  readonly number: number;
  readonly endpoint: Endpoint;
  readonly service: Service | undefined;
  readonly subdomain: string | undefined;
  readonly method: string;
  /** The path on the service, such as `/v2/token`. */
  readonly path: string;
  /** A repeated parameter is an array. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body as JSON or a form; `undefined` for anything else. Like `rawBody` it is what has been read so far. */
  readonly body: unknown;
  readonly rawBody: string;
  /** By the emulator's clock, in milliseconds since the epoch. */
  readonly at: number;
  /** The client's port: one per connection, so that connections can be counted. */
  readonly remotePort: number | undefined;
  /** The status of the answer, once one has been sent. */
  status: number | undefined;
}

interface Waiter {
  readonly endpoint: Endpoint | undefined;
  readonly count: number;
  readonly resolve: () => void;
}

/** Whether a request counts as one to an endpoint: every call to the REST host counts as `rest`. */
export function isFor(request: Pick<RecordedRequest, 'endpoint' | 'service'>, endpoint: Endpoint): boolean {
  return request.endpoint === endpoint || (endpoint === 'rest' && request.service === 'rest');
}

/** The requests that have come in, oldest first. Iterable: `[...emulator.requests]`. */
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

  /** A copy of the list. */
  get all(): RecordedRequest[] {
    return this.#requests.slice(-this.#limit);
  }

  get length(): number {
    return this.all.length;
  }

  /** The requests to one endpoint. */
  to(endpoint: Endpoint): RecordedRequest[] {
    return this.all.filter((request) => isFor(request, endpoint));
  }

  /** The latest request, or the latest to one endpoint. */
  last(endpoint?: Endpoint): RecordedRequest | undefined {
    return (endpoint === undefined ? this.all : this.to(endpoint)).at(-1);
  }

  /** Forgets all requests so far. */
  clear(): void {
    this.#requests = [];
  }

  /** Resolves once that many requests (to that endpoint) are in the list: how a test knows that one has arrived. */
  async waitFor(endpoint: Endpoint, count = 1): Promise<RecordedRequest[]> {
    if (this.to(endpoint).length < count) {
      await new Promise<void>((resolve) => this.#waiters.push({ endpoint, count, resolve }));
    }
    return this.to(endpoint);
  }

  /** Files a request, which is made with its number. */
  add(make: (number: number) => RecordedRequest): RecordedRequest {
    this.#number += 1;
    const recorded = make(this.#number);
    this.#requests.push(recorded);
    if (this.#requests.length >= 2 * this.#limit) this.#requests = this.all;
    const waiters = this.#waiters;
    this.#waiters = waiters.filter((waiter) => !this.#isServed(waiter));
    for (const waiter of waiters) if (this.#isServed(waiter)) waiter.resolve();
    return recorded;
  }

  #isServed({ endpoint, count }: Waiter): boolean {
    return (endpoint === undefined ? this.all : this.to(endpoint)).length >= count;
  }
}

const BY_PATH: Readonly<Record<Exclude<Service, 'soap'>, readonly (readonly [RegExp, Endpoint])[]>> = {
  auth: [
    [/^\/v2\/authorize\/?$/i, 'authorize'],
    [/^\/v2\/token\/?$/i, 'token'],
    [/^\/v2\/userinfo\/?$/i, 'userinfo'],
    [/^\/v2\/discovery\/?$/i, 'discovery'],
  ],
  login: [
    [/^\/hub-cas\/login\/?$/i, 'login'],
    [/^\/hub-cas\/logout\/?$/i, 'logout'],
  ],
  rest: [
    [/^\/platform\/v1\/tokenContext\/?$/i, 'tokenContext'],
    [/^\/platform\/v1\/endpoints(?:\/|$)/i, 'endpoints'],
    [/^\/asset\/v1\/content\/assets(?:\/|$)/i, 'assets'],
    [/^\/data\/v1\/customobjectdata\//i, 'rowset'],
    [/^\/interaction\/v1\/interactions(?:\/|$)/i, 'interactions'],
    [/^/, 'rest'],
  ],
};

/** Names the endpoint that a path on a service stands for. */
export function endpointOf(service: Service, path: string): Endpoint {
  if (service === 'soap') return 'soap';
  return BY_PATH[service].find(([pattern]) => pattern.test(path))?.[1] ?? 'unknown';
}
