import type { GrantHolder } from '../api/connection';
import type { Engine } from '../api/engine';
import { MarketingCloudError } from '../errors';
import type { AppRequest } from '../session/app-request';
import { belongsToUser, getSessionGrant, setSessionGrant, type SessionGrant } from '../session/session-grants';
import { isStored } from '../session/session-io';

/** The grant that a request's session holds. It is looked up each time: a login in the same request changes it. */
export class SessionGrantHolder implements GrantHolder {
  readonly isSession = true;
  readonly #req: AppRequest;
  readonly #engine: Engine;

  constructor(req: AppRequest, engine: Engine) {
    this.#req = req;
    this.#engine = engine;
  }

  grantId(): string | undefined {
    const grant = this.#get();
    return grant !== undefined && belongsToUser(grant, this.#req) ? grant.grantId : undefined;
  }

  /**
   * A login's grant goes with its user: once that user is logged out, or another one logged in, it is released.
   *
   * @throws MarketingCloudError `session_unavailable`, `vault_unavailable`
   */
  async resolveGrantId(): Promise<string | undefined> {
    if (this.#req.session === undefined) throw new MarketingCloudError('session_unavailable');
    const grant = this.#get();
    if (grant === undefined || belongsToUser(grant, this.#req)) return grant?.grantId;
    await this.#engine.grants.release(grant.grantId, 'sign-out');
    await this.release();
    return undefined;
  }

  async release(): Promise<void> {
    const { session, sessionStore } = this.#req;
    if (session === undefined || this.#get() === undefined) return;
    // A session that was signed out in the meantime would be stored again if it were changed.
    if (await isStored(sessionStore, session, this.#engine.vaultTimeoutMs)) {
      setSessionGrant(session, this.#engine.name, undefined);
    }
  }

  #get(): SessionGrant | undefined {
    const { session } = this.#req;
    return session && getSessionGrant(session, this.#engine.name);
  }
}
