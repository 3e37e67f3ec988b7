import { withStoreTimeout } from '../vaults/store-timeout';
import type { SessionStore } from '../vaults/session-store/session-store';
import type { Session } from './session';
import { asError } from '../vaults/session-store/store-io';

/**
 * Saves a session and waits for it: express-session lets a response out before it knows.
 *
 * @throws MarketingCloudError `vault_unavailable`
 */
export function saveSession(session: Session, timeoutMs: number): Promise<void> {
  return ended((callback) => session.save(callback), timeoutMs);
}

/**
 * Renews a session and waits for it.
 *
 * @throws MarketingCloudError `vault_unavailable`
 */
export function regenerateSession(session: Session, timeoutMs: number): Promise<void> {
  return ended((callback) => session.regenerate(callback), timeoutMs);
}

/**
 * Destroys a session and waits for it.
 *
 * @throws MarketingCloudError `vault_unavailable`
 */
export function destroySession(session: Session, timeoutMs: number): Promise<void> {
  return ended((callback) => session.destroy(callback), timeoutMs);
}

/**
 * Whether a session is in its store. A session that was signed out during an `await` must not be changed any more:
 * express-session would store it again.
 *
 * @throws MarketingCloudError `vault_unavailable`
 */
export function isStored(store: SessionStore | undefined, session: Session, timeoutMs: number): Promise<boolean> {
  if (store === undefined) return Promise.resolve(true);
  const ask = (): Promise<boolean> =>
    new Promise((resolve, reject) => {
      store.get(session.id, (error, found) => {
        if (error === undefined || error === null) resolve(found !== undefined && found !== null);
        else if ((error as { code?: unknown }).code === 'ENOENT') resolve(false);
        else reject(asError(error));
      });
    });
  return withStoreTimeout(ask, timeoutMs);
}

function ended(call: (callback: (error?: unknown) => void) => unknown, timeoutMs: number): Promise<void> {
  const answered = (): Promise<void> =>
    new Promise((resolve, reject) => {
      call((error) => (error === undefined || error === null ? resolve() : reject(asError(error))));
    });
  return withStoreTimeout(answered, timeoutMs);
}
