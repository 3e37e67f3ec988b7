import OAuth2Strategy from 'passport-oauth2';
import type { Strategy as PassportStrategy } from 'passport';

/**
 * passport-oauth2's strategy, typed as Passport's own: its declarations are no dependency of our users. Its class, its
 * options, its verify arities and its hooks are what we inherit; its transport, its state stores and the head of its
 * `authenticate()` are replaced.
 */
export const OAuth2Base = OAuth2Strategy as unknown as new (options: object, verify: unknown) => PassportStrategy;

/** The members of a passport-oauth2 strategy that one attempt sets anew on its own copy. */
export interface OAuth2Members {
  _oauth2: object;
  _stateStore: object;
  _verify: (...args: unknown[]) => unknown;
  authorizationParams(options: object): object;
  tokenParams(options: object): object;
  authenticate(req: object, options: object): void;
}

/** passport-oauth2's own course, with the outcomes and members of `run`. */
export function runOAuth2(run: object, req: object, options: object): void {
  (OAuth2Strategy.prototype as unknown as OAuth2Members).authenticate.call(run, req, options);
}
