import { expect } from '@jest/globals';
import type { Emulator, Fault } from '../../src/emulator';
import { signIn, whoIs, type Scene } from './attack';
import type { Browser, Reply } from './browser';

/** A token answer as the emulator gives it, by the wire's own names. */
export interface TokenAnswer extends Readonly<Record<string, unknown>> {
  readonly access_token: string;
}

/** Tokens that must not turn up anywhere. */
export const CANARY_TOKENS = { access_token: 'CANARY-access-token', refresh_token: 'CANARY-refresh-token' };

/** The real answer of the token endpoint with something changed; a string goes out as it is. */
export function altered(change: (tokens: TokenAnswer) => unknown): Fault {
  return { transform: (json) => change(json as TokenAnswer) };
}

/** The same for an answer that must be refused: its tokens are canaries. */
export function spoilt(change: (tokens: TokenAnswer) => unknown): Fault {
  return altered((tokens) => change({ ...tokens, ...CANARY_TOKENS }));
}

/** An object without one of its members. */
export function without(object: object, name: string): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

/** What came of a request: its status, with the package’s code, where it leads, or the text. */
export function outcomeOf({ status, location, text }: Reply): string {
  const [, code] = /^\{"error":"([a-z_]+)"/.exec(text) ?? [];
  return [status, code ?? (location || text)].join(' ').trim();
}

/** A whole sign-in during which the token endpoint, or another one, is struck by a fault. */
export async function signInDuring(
  emulator: Emulator,
  browser: Browser,
  fault: Fault,
  endpoint: 'token' | 'userinfo' = 'token',
): Promise<Reply> {
  const struck = emulator.fault(endpoint, fault);
  try {
    return await signIn(emulator, browser);
  } finally {
    expect(struck.hits).toBe(timesSent(fault, endpoint));
    struck.remove();
  }
}

/** A GET goes out once more where a kept connection was reset before the first byte of an answer. */
function timesSent(fault: Fault, endpoint: 'token' | 'userinfo'): number {
  return endpoint === 'userinfo' && fault.drop === 'before-headers' ? 2 : 1;
}

/** All outcomes of a breakdown upstream. */
export const UPSTREAM = ['502 invalid_response', '503 upstream_unavailable', '504 upstream_unavailable'];

/**
 * Signs in with each of the faults in a browser of its own and expects the outcome of all, or one of the outcomes. A
 * sign-in that is refused made one token call and no other (but that to userinfo, where this is what is struck), is not
 * stored anywhere, and leaves the browser anonymous.
 */
export async function expectEach(
  { emulator, anotherBrowser }: Pick<Scene, 'emulator' | 'anotherBrowser'>,
  faults: Readonly<Record<string, Fault>>,
  outcome: string | readonly string[],
  endpoint: 'token' | 'userinfo' = 'token',
): Promise<void> {
  const found: Record<string, unknown> = {};
  const wanted: Record<string, unknown> = {};
  const outcomes = [outcome].flat();
  const isRefused = !outcomes.some((each) => each.startsWith('302'));
  for (const [name, fault] of Object.entries(faults)) {
    const before = calls(emulator);
    const browser = anotherBrowser();
    const reply = await signInDuring(emulator, browser, fault, endpoint);
    const made = calls(emulator).map((count, index) => count - (before[index] ?? 0));
    const came = outcomeOf(reply);
    found[name] = [
      came,
      reply.headers['cache-control'],
      made,
      (await whoIs(browser)) === null ? 'anonymous' : 'signed in',
    ];
    wanted[name] = [
      outcomes.find((each) => each === came) ?? outcomes[0],
      'no-store',
      [1, isRefused && endpoint === 'token' ? 0 : timesSent(fault, endpoint), 0, 0],
      isRefused ? 'anonymous' : 'signed in',
    ];
  }
  expect(found).toEqual(wanted);
}

function calls(emulator: Emulator): number[] {
  return (['token', 'userinfo', 'rest', 'unknown'] as const).map((endpoint) => emulator.requestsTo(endpoint).length);
}
