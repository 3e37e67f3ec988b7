import { MarketingCloudError } from '../errors';
import { createSecret } from '../identifiers';
import type { Attempt } from './attempt';
import { SIGN_IN_MS, type PendingSignIn } from './pending-sign-ins';
import { assertNoLoop } from './refusal-count';
import { getSession, getTarget } from './request';
import { readReturnTo } from './return-to';
import { assertCookieComesBack } from './session-cookie';
import { warnOfHost } from './setup-warnings';
import { setSignInCookie } from './sign-in-cookie';
import type { RequestSettings } from './sign-in-options';
import type { StrategyParts } from './strategy-parts';
import { mayTenantSignIn } from './tenants';

/** A sign-in that is about to be redirected to Marketing Cloud. */
export interface AuthorizationStart {
  readonly subdomain: string;
  readonly scope: readonly string[] | undefined;
  /** Keeps the sign-in, sets its cookie and resolves to its state. The redirect must wait for it. */
  persist(verifier: string | undefined): Promise<string>;
}

/**
 * Begins a sign-in: checks that it can come back and that its tenant may sign in. Nothing is stored before `persist`, and
 * nothing in the session.
 *
 * @throws MarketingCloudError `invalid_callback` for a method that begins nothing, `session_unavailable`, `sign_in_loop`,
 * `tenant_not_allowed`, `vault_unavailable`
 */
export async function begin(
  parts: StrategyParts,
  attempt: Attempt,
  request: RequestSettings,
): Promise<AuthorizationStart> {
  const { settings } = parts;
  const { req, cookies } = attempt;
  if (req.method !== 'GET' && req.method !== 'POST') {
    throw new MarketingCloudError('invalid_callback', { status: 405, message: 'A sign-in starts by GET or POST.' });
  }
  const session = getSession(req);
  assertCookieComesBack(req, session);
  assertNoLoop(cookies, settings.now());
  warnOfHost(parts, req, settings.callbackURL);
  const subdomain = request.subdomain ?? settings.subdomain;
  if (!(await mayTenantSignIn(settings, subdomain, req))) throw new MarketingCloudError('tenant_not_allowed');

  const scope = request.scope ?? settings.scope;
  const { path, query } = getTarget(req);
  const wanted = request.returnTo ?? returnToIn(query) ?? session.returnTo;
  const pending: PendingSignIn = {
    subdomain,
    pinned: request.subdomain !== undefined,
    scope,
    accountId: request.accountId ?? settings.accountId,
    returnTo: readReturnTo(wanted, parts.engine.origin, [parts.callbackPath, path]),
    refusalUrl: request.refusalUrl,
  };
  return {
    subdomain,
    scope,
    persist: async (verifier) => {
      const [state, secret] = [createSecret(), createSecret()];
      await parts.pending.create(state, secret, { ...pending, verifier });
      setSignInCookie(cookies, state, secret, SIGN_IN_MS);
      return state;
    },
  };
}

/** What the login route's own query says, read from the raw URL; anybody may have written it. */
function returnToIn(query: string): string | undefined {
  return new URLSearchParams(query).get('returnTo') ?? undefined;
}
