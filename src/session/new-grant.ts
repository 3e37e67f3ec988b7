import type { ServerResponse } from 'node:http';
import type { Engine } from '../api/engine';
import type { GrantSnapshot } from '../grants/grant-snapshot';

/**
 * A sign-in's new grant, for the session that the login opens. It is written once, for its whole time. Where the response
 * closes and no session holds it (a custom callback that opens no session, a login that never ends), it is kept for ten
 * minutes only, until it is used.
 */
export class NewGrant {
  readonly engine: Engine;
  readonly id: string;
  /** Where the app may send the user after the login. */
  readonly returnTo: string | undefined;
  #snapshot: Promise<GrantSnapshot>;
  #isSettled = false;
  #report: ((error?: unknown) => void) | undefined;

  constructor(engine: Engine, snapshot: GrantSnapshot, returnTo: string | undefined) {
    this.engine = engine;
    this.id = snapshot.id;
    this.returnTo = returnTo;
    this.#snapshot = Promise.resolve(snapshot);
  }

  /**
   * Watches for the end of the response, which may have ended already: the browser may be gone. One that is not known, on
   * a request that Express has not made, counts as ended.
   */
  watch(res: ServerResponse | undefined): void {
    const end = (): void => {
      if (!this.#isSettled) this.#snapshot = this.#limit();
      this.reportEnd();
    };
    if (res === undefined || res.closed) end();
    else res.once('close', end);
  }

  /** Has the end of its sign-in reported: once the login has ended, or the response of a sign-in that opens no session. */
  onEnd(report: (error?: unknown) => void): void {
    this.#report = report;
  }

  /** @param error why its login has failed, where it has */
  reportEnd(error?: unknown): void {
    const report = this.#report;
    this.#report = undefined;
    report?.(error);
  }

  /**
   * Keeps it for its whole time, since a session is about to hold it.
   *
   * @throws MarketingCloudError `vault_unavailable`; `sign_in_required` when it has ended in the meantime
   */
  async hold(): Promise<void> {
    this.#isSettled = true;
    await this.engine.grants.hold(await this.#snapshot);
  }

  /** @throws MarketingCloudError `vault_unavailable` */
  async delete(): Promise<void> {
    this.#isSettled = true;
    await this.engine.grants.delete(this.id, 'never-used');
  }

  /** One that cannot be limited, since the vault is away, ends by its own time. */
  async #limit(): Promise<GrantSnapshot> {
    const snapshot = await this.#snapshot;
    return await this.engine.grants.limit(snapshot).catch(() => snapshot);
  }
}
