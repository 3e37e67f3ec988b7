import type { ServerResponse } from 'node:http';
import { isRefusal, MarketingCloudError, type ErrorCode } from '../errors';
import type { AppRequest } from '../session/app-request';
import { BrowserCookies } from './browser-cookies';
import { countRefusal } from './refusal-count';
import { NO_REQUEST_OPTIONS, type RequestOptions } from './request-options';
import type { HookedStrategy } from './strategy-hooks';
import { publishRefusal } from './sign-in-events';
import type { StrategyParts } from './strategy-parts';

/** Passport's outcome functions, as it puts them on the strategy of a request. */
interface Outcomes {
  readonly success: (user: object, info?: object) => unknown;
  readonly fail: (challenge?: unknown, status?: number) => unknown;
  readonly redirect: (url: string, status?: number) => unknown;
  readonly error: (error: unknown) => unknown;
}

/**
 * One request's part of a sign-in, on the login route or on the callback route: what it came with, and the one outcome
 * that it ends in. Only the first outcome counts.
 */
export class SignInFlow {
  readonly parts: StrategyParts;
  /** The strategy as Passport calls it: a copy for this request, or the instance where the app has passed that. */
  readonly strategy: HookedStrategy;
  readonly req: AppRequest;
  readonly cookies: BrowserCookies;
  /** When the request arrived, by `performance.now()`. */
  readonly startedAt = performance.now();
  /** What the route says. */
  options: RequestOptions = NO_REQUEST_OPTIONS;
  /** Where a refused sign-in is sent, if the app has a page for it: the route's own, or the pending sign-in's. */
  refusalUrl: string | undefined;
  /** Whether the route says how Passport answers a refusal. */
  hasFailureOption = false;
  /** Why the sign-in was refused, once it was. */
  refusedBy: ErrorCode | undefined;
  // Taken at once: Passport does not copy a strategy that is passed as an instance, and the next request overwrites them.
  readonly #success: Outcomes['success'];
  readonly #fail: Outcomes['fail'];
  readonly #redirect: Outcomes['redirect'];
  readonly #error: Outcomes['error'];
  #hasEnded = false;
  #hasSucceeded = false;

  constructor(parts: StrategyParts, strategy: HookedStrategy, req: AppRequest) {
    this.parts = parts;
    this.strategy = strategy;
    this.req = req;
    this.cookies = new BrowserCookies(req, parts.isHttps);
    const outcomes = strategy as unknown as Outcomes;
    this.#success = outcomes.success;
    this.#fail = outcomes.fail;
    this.#redirect = outcomes.redirect;
    this.#error = outcomes.error;
  }

  /** Whether the app answers a refused sign-in by a page of its own. A custom callback cannot be seen. */
  get answersRefusals(): boolean {
    return this.refusalUrl !== undefined || this.hasFailureOption;
  }

  /** Whether the sign-in has signed its user in. */
  get hasSucceeded(): boolean {
    return this.#hasSucceeded;
  }

  get res(): ServerResponse | undefined {
    return this.req.res;
  }

  /** Ends as Passport's `success`. */
  succeed(user: object, info: object): void {
    this.#hasSucceeded = !this.#hasEnded;
    this.#finish(this.#success, user, info);
  }

  /** Ends as Passport's `redirect`. */
  redirect(url: string): void {
    this.#finish(this.#redirect, url);
  }

  /** Ends as Passport's `error`. */
  error(error: unknown): void {
    this.#publishRefusal(error, 'error');
    this.#finish(this.#error, error);
  }

  /** Ends because `verify` or a hook refuses the sign-in. Its `info` is passed on as it is. */
  refuse(info: unknown): void {
    this.#refuse(new MarketingCloudError('sign_in_refused'), info);
  }

  /** Ends for an error that a step has thrown: a refusal is Passport's `fail`, anything else its `error`. */
  endByThrown(error: unknown): void {
    if (!isRefusal(error)) {
      this.error(error);
      return;
    }
    const { code, message, reason, status } = error;
    this.#refuse(error, { code, message, ...(reason !== undefined && { reason }) }, status);
  }

  #refuse(error: MarketingCloudError, info: unknown, status?: number): void {
    this.#publishRefusal(error, 'fail');
    this.refusedBy = error.code;
    // A wrong method is no loop of redirects.
    if (status !== 405) countRefusal(this.cookies, this.parts.settings.now());
    if (this.refusalUrl === undefined) this.#finish(this.#fail, info, status);
    else this.#finish(this.#redirect, withCode(this.refusalUrl, error.code));
  }

  #publishRefusal(error: unknown, outcome: 'fail' | 'error'): void {
    const { parts, startedAt } = this;
    if (!this.#hasEnded) publishRefusal(parts.engine.name, error, { outcome, startedAt });
  }

  #finish<Arguments extends unknown[]>(outcome: (...args: Arguments) => unknown, ...args: Arguments): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    try {
      const given: unknown = outcome.apply(this.strategy, args);
      if (given instanceof Promise) given.catch((thrown: unknown) => this.#passOn(thrown));
    } catch (thrown) {
      this.#passOn(thrown);
    }
  }

  /** For a custom callback of the app that throws or rejects. Passport's `error` would call that callback again. */
  #passOn(thrown: unknown): void {
    if (typeof this.req.next === 'function') this.req.next(thrown);
    else this.#error.call(this.strategy, thrown);
  }
}

function withCode(refusalUrl: string, code: string): string {
  const mark = refusalUrl.indexOf('#');
  const [url, fragment] = mark < 0 ? [refusalUrl, ''] : [refusalUrl.slice(0, mark), refusalUrl.slice(mark)];
  return `${url}${url.includes('?') ? '&' : '?'}code=${code}${fragment}`;
}
