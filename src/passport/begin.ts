import { browserOf, touchEntry } from '../grants/session-entry';
import { MarketingCloudError } from '../errors';
import { saved } from '../grants/session-io';
import type { Attempt } from './attempt';
import type { PendingSignIn } from './pending-sign-ins';
import { assertCookieComesBack, isNewSession, sessionOf, targetOf } from './request';
import { readReturnTo } from './return-to';
import type { RequestSettings } from './sign-in-options';
import type { StrategyParts } from './strategy-parts';
import { mayTenantSignIn } from './tenants';

/** A sign-in that is about to leave for Marketing Cloud. */
export interface Departure {
  readonly subdomain: string;
  readonly scope: readonly string[] | undefined;
  /** Files the sign-in and resolves to its state. The redirect must wait for it. */
  depart(verifier: string | undefined): Promise<string>;
}

/**
 * Begins a sign-in: checks that it can come back and that its tenant may sign in. Nothing is stored before `depart`.
 *
 * @throws MarketingCloudError `invalid_callback` for a method that begins nothing, `session_unavailable`,
 * `tenant_not_allowed`, `vault_unavailable`
 */
export async function begin(parts: StrategyParts, attempt: Attempt, request: RequestSettings): Promise<Departure> {
  const { settings } = parts;
  const { req } = attempt;
  if (req.method !== 'GET' && req.method !== 'POST') {
    throw new MarketingCloudError('invalid_callback', { status: 405, message: 'A sign-in starts by GET or POST.' });
  }
  const session = sessionOf(req);
  assertCookieComesBack(req, session);
  const subdomain = request.subdomain ?? settings.subdomain;
  if (!(await mayTenantSignIn(settings, subdomain, req))) throw new MarketingCloudError('tenant_not_allowed');

  const scope = request.scope ?? settings.scope;
  const barred = [parts.callbackPath, targetOf(req).path];
  const pending: PendingSignIn = {
    subdomain,
    pinned: request.subdomain !== undefined,
    scope,
    accountId: request.accountId ?? settings.accountId,
    returnTo: readReturnTo(request.returnTo ?? session.returnTo, parts.engine.origin, barred),
    refusalUrl: request.refusalUrl,
  };
  return {
    subdomain,
    scope,
    depart: async (verifier) => {
      const isNew = isNewSession(req, session);
      // A new session must be in the store, and its cookie on the way, before the browser leaves.
      if (isNew) touchEntry(session);
      const [state] = await Promise.all([
        parts.pending.file(browserOf(session), { ...pending, verifier }),
        isNew ? saved(session, settings.vaultTimeoutMs) : undefined,
      ]);
      return state;
    },
  };
}
