import { bareCause } from '../errors';
import { answerOf } from './guarded-vault';
import type { Session } from './session';

/**
 * Saves a session and waits for it: express-session lets a response out before it knows.
 *
 * @throws MarketingCloudError `vault_unavailable`
 */
export function saved(session: Session, timeoutMs: number): Promise<void> {
  return ended((callback) => session.save(callback), timeoutMs);
}

/**
 * Destroys a session and waits for it.
 *
 * @throws MarketingCloudError `vault_unavailable`
 */
export function destroyed(session: Session, timeoutMs: number): Promise<void> {
  return ended((callback) => session.destroy(callback), timeoutMs);
}

function ended(call: (callback: (error?: unknown) => void) => unknown, timeoutMs: number): Promise<void> {
  const answered = (): Promise<void> =>
    new Promise((resolve, reject) => {
      call((error) => (error === undefined || error === null ? resolve() : reject(bareCause(error))));
    });
  return answerOf(answered, timeoutMs);
}
