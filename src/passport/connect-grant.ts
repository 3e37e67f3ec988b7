import type { NewGrant } from '../session/new-grant';
import { MarketingCloudError } from '../errors';
import { getSessionGrant, setSessionGrant } from '../session/session-grants';
import { isStored, saveSession } from '../session/session-io';
import type { AppRequest } from '../session/app-request';
import { getSession } from '../session/session-check';

/**
 * Puts the grant into the session that is there, for `passport.authorize`, in the place of the one that the strategy had
 * there.
 *
 * @throws MarketingCloudError `vault_unavailable`; `invalid_state` when the session has ended in the meantime
 */
export async function connectGrant(req: AppRequest, added: NewGrant): Promise<void> {
  const session = getSession(req);
  const { id: grantId, returnTo } = added;
  const { name, grants, vaultTimeoutMs } = added.engine;
  const before = getSessionGrant(session, name);
  try {
    await added.hold();
    // Saving a session that was signed out would bring it back.
    if (!(await isStored(req.sessionStore, session, vaultTimeoutMs))) throw new MarketingCloudError('invalid_state');
    setSessionGrant(session, name, { grantId, byLogin: false });
    if (returnTo === undefined) delete session.returnTo;
    else session.returnTo = returnTo;
    await saveSession(session, vaultTimeoutMs);
  } catch (error) {
    if (getSessionGrant(session, name)?.grantId === grantId) setSessionGrant(session, name, before);
    await added.delete().catch(() => undefined);
    throw error;
  }
  if (before !== undefined) await grants.release(before.grantId, 'replaced').catch(() => undefined);
}
