import { warn } from '../../warn';
import { isMemoryStore } from './memory-store';
import type { SessionStore } from './session-store';

/** Stores that were looked at. */
const checked = new WeakSet<SessionStore>();

/**
 * Warns once for a session store that keeps sessions in this process's memory, although grants are in a vault for several
 * processes: there every other process answers 401.
 */
export function warnOfMemorySessions(store: SessionStore): void {
  if (checked.has(store)) return;
  checked.add(store);
  if (!isMemoryStore(store)) return;
  warn(
    'MARKETING_CLOUD_MEMORY_SESSIONS',
    'Grants are in a vault that processes share, but the sessions are in this process’s memory (MemoryStore): another ' +
      'process knows neither the user nor the grant, and a restart signs all users out.',
    'Give express-session a store that all processes share too: option store, with connect-redis or connect-pg-simple.',
  );
}
