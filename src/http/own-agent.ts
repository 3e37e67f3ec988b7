import type { Dispatcher } from './dispatcher';

/** The part of undici's dispatch handlers that whole calls use: https://undici.nodejs.org/#/docs/api/Dispatcher */
export interface AnswerHandler {
  onRequestStart(controller: { abort(reason: Error): void }): void;
  /** Also for each informational answer (1xx) before the final one. */
  onResponseStart(controller: object, status: number, headers: AnswerHeaders): void;
  onResponseData(controller: object, chunk: Buffer): void;
  onResponseEnd(): void;
  onResponseError(controller: object, error: Error): void;
}

/** By names in small letters. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** The package's own dispatcher, which it also closes. */
export interface OwnAgent extends Dispatcher {
  dispatch(
    request: {
      origin: string;
      path: string;
      method: 'GET' | 'POST';
      headers: Record<string, string>;
      body: string | null;
      headersTimeout: number;
      bodyTimeout: number;
    },
    handler: AnswerHandler,
  ): boolean;
  close(): Promise<void>;
}

/** undici counts in steps of half a second; its own timeout must not decide before the call's deadline. */
const CONNECT_SLACK_MS = 1_000;

/** What is used of undici. */
interface Undici {
  readonly Agent: new (options: { connect: { timeout: number } }) => Omit<OwnAgent, 'request'>;
  readonly request: OwnAgent['request'];
}

/**
 * The package's keep-alive agent; `ConnectionLimits` says how many connections it has. The deadline of a call is the
 * transport's. A connection that is still not there some time after it is given up.
 */
export async function createOwnAgent(timeoutMs: number): Promise<OwnAgent> {
  const { Agent, request } = await loadUndici();
  const agent = new Agent({ connect: { timeout: timeoutMs + CONNECT_SLACK_MS } });
  return Object.assign(agent, { request });
}

/**
 * Loads undici as soon as the code that runs has ended: it takes a twentieth of a second, which no sign-in should wait for.
 * Not in a later turn of the event loop: Jest fails a run in which a module is loaded after the last test.
 */
export function loadUndiciSoon(): void {
  loadUndici().catch(() => undefined);
}

/**
 * Loads two modules of undici. All of it takes twice as long and 3 MB more of the heap, which every collection of garbage
 * goes through, and replaces the agent of the app's own `fetch`. But only all of it is documented: a release may move the
 * two modules.
 */
async function loadUndici(): Promise<Undici> {
  try {
    const [agent, api] = (await Promise.all([
      // @ts-expect-error -- undici declares only its main module
      import('undici/lib/dispatcher/agent.js'),
      // @ts-expect-error -- undici declares only its main module
      import('undici/lib/api/api-request.js'),
    ])) as [{ readonly default: Undici['Agent'] }, { readonly default: Undici['request'] }];
    return { Agent: agent.default, request: api.default };
  } catch {
    const { Agent } = await import('undici');
    return { Agent, request: Reflect.get(Agent.prototype, 'request') };
  }
}
