import type { ServerResponse } from 'node:http';
import { isRefusal, type ErrorCode } from '../errors';
import type { BrowserCookies } from './browser-cookies';
import { countRefusal } from './refusal-count';
import type { AppRequest } from './request';

/** Passport's outcome functions, as it puts them on the strategy of a request. */
export interface Outcomes {
  readonly success: (user: object, info?: object) => void;
  readonly fail: (challenge?: unknown, status?: number) => void;
  readonly redirect: (url: string, status?: number) => void;
  readonly error: (error: unknown) => void;
}

/**
 * The outcome functions as they are at this moment, of which only the first call counts. Passport does not copy a
 * strategy that is passed as an instance: the next request overwrites them.
 */
export function getOutcomes(strategy: object, req: AppRequest): Outcomes {
  const { success, fail, redirect, error } = strategy as Outcomes;
  let settled = false;
  // A custom callback of the app's that throws or rejects. Passport's `error` would call that callback again.
  const broken = (thrown: unknown): void => {
    if (typeof req.next === 'function') req.next(thrown);
    else error.call(strategy, thrown);
  };
  const once =
    <Arguments extends unknown[]>(outcome: (...args: Arguments) => unknown) =>
    (...args: Arguments): void => {
      if (settled) return;
      settled = true;
      try {
        const given: unknown = outcome.apply(strategy, args);
        if (given instanceof Promise) given.catch(broken);
      } catch (thrown) {
        broken(thrown);
      }
    };
  return { success: once(success), fail: once(fail), redirect: once(redirect), error: once(error) };
}

/** One request's attempt to sign in: its outcomes, its cookies, and where a refusal goes. */
export class Attempt {
  /** Where a refused sign-in is sent, where the app wants that. */
  refusalUrl: string | undefined;
  readonly req: AppRequest;
  readonly outcomes: Outcomes;
  readonly cookies: BrowserCookies;
  readonly #now: () => number;

  constructor(parts: { req: AppRequest; outcomes: Outcomes; cookies: BrowserCookies; now: () => number }) {
    this.req = parts.req;
    this.outcomes = parts.outcomes;
    this.cookies = parts.cookies;
    this.#now = parts.now;
  }

  get res(): ServerResponse | undefined {
    return this.req.res;
  }

  /** Ends the attempt for what went wrong: a refusal is Passport's `fail`, anything else its `error`. */
  end(error: unknown): void {
    if (!isRefusal(error)) {
      this.outcomes.error(error);
      return;
    }
    const { code, message, reason, status } = error;
    this.#refuse(code, { code, message, ...(reason !== undefined && { reason }) }, status);
  }

  /** Ends the attempt because verify said no; its `info` is passed on as it is. */
  refuse(info: unknown): void {
    this.#refuse('sign_in_refused', info);
  }

  #refuse(code: ErrorCode, info: unknown, status?: number): void {
    // A wrong method is no loop of redirects.
    if (status !== 405) countRefusal(this.cookies, this.#now());
    if (this.refusalUrl === undefined) this.outcomes.fail(info, status);
    else this.outcomes.redirect(withCode(this.refusalUrl, code));
  }
}

function withCode(refusalUrl: string, code: string): string {
  const [, url = '', fragment = ''] = /^([^#]*)(#.*)?$/s.exec(refusalUrl) ?? [];
  return `${url}${url.includes('?') ? '&' : '?'}code=${code}${fragment}`;
}
