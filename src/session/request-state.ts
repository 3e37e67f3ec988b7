import type { Engine } from '../api/engine';
import type { NewGrant } from './new-grant';

/** Shared by all copies of the package that an app may have loaded. */
const STATE = Symbol.for('passport-marketing-cloud.request');

/** What the package keeps on a request, besides `req.marketingCloud`. */
export interface RequestState {
  /** The engines whose `marketingCloud()` have run, in that order. */
  engines: readonly Engine[];
  /** How the request's login methods are hooked, once they are. */
  loginHooks: LoginHooks | undefined;
  /** The grant that the next login puts into its session. */
  newGrant: NewGrant | undefined;
}

/** Called in place of a request's login and logout methods. `original` calls the replaced method on the request. */
export interface LoginHandlers {
  logIn(req: object, original: (args: unknown[]) => unknown, args: unknown[]): unknown;
  logOut(req: object, original: (args: unknown[]) => unknown, args: unknown[]): unknown;
}

/** The login and logout methods of a request that were replaced, and what is called in their place. */
export interface LoginHooks {
  readonly handlers: LoginHandlers;
  readonly originals: { [Method in 'logIn' | 'login' | 'logOut' | 'logout']?: unknown };
}

interface RequestWithState {
  [STATE]: RequestState | undefined;
}

/** What is kept on a request, for changing it. */
export function getRequestState(req: object): RequestState {
  return ((req as RequestWithState)[STATE] ??= { engines: [], loginHooks: undefined, newGrant: undefined });
}

/** What is kept on a request, where there is something. */
export function findRequestState(req: object): Readonly<RequestState> | undefined {
  return (req as RequestWithState)[STATE];
}
