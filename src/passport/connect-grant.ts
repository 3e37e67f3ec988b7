import type { NewGrant } from '../session/grant-at-login';
import { MarketingCloudError } from '../errors';
import { releaseSessionGrant } from '../grants/end-grant';
import { sessionGrants, setSessionGrant } from '../session/session-grants';
import { isStored, saved } from '../session/session-io';
import { getSession, type AppRequest } from './request';

/**
 * Puts the grant into the session that is there, for `passport.authorize`, in the place of the one that the strategy had
 * there.
 *
 * @throws MarketingCloudError `vault_unavailable`; `invalid_state` when the session has ended in the meantime
 */
export async function connectGrant(req: AppRequest, { engine, grant, returnTo }: NewGrant): Promise<void> {
  const session = getSession(req);
  const grantId = grant.id;
  const { name, grants, vaultTimeoutMs } = engine;
  const before = sessionGrants(session).get(name);
  try {
    await grants.persist(grant);
    // Saving a session that was signed out would bring it back.
    if (!(await isStored(req.sessionStore, session, vaultTimeoutMs))) throw new MarketingCloudError('invalid_state');
    setSessionGrant(session, name, { grantId, byLogin: false });
    if (returnTo === undefined) delete session.returnTo;
    else session.returnTo = returnTo;
    await saved(session, vaultTimeoutMs);
  } catch (error) {
    if (sessionGrants(session).get(name)?.grantId === grantId) setSessionGrant(session, name, before);
    await grants.delete(grantId).catch(() => undefined);
    throw error;
  }
  if (before !== undefined) await releaseSessionGrant(grants, before.grantId).catch(() => undefined);
}
