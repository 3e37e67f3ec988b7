import { isMemoryStore } from './memory-store';
import type { SessionStore } from './session-store';

const warned = new WeakSet<SessionStore>();

/**
 * Says once that sessions are kept in this process's memory, although grants are in a vault for several processes: there
 * every other process answers 401.
 */
export function warnOfMemorySessions(store: SessionStore): void {
  if (warned.has(store) || !isMemoryStore(store)) return;
  warned.add(store);
  process.emitWarning(
    'Grants are in a vault that processes share, but the sessions are in this process’s memory (MemoryStore): another ' +
      'process knows neither the user nor the grant, and a restart signs all users out.',
    {
      type: 'PassportMarketingCloudWarning',
      code: 'MARKETING_CLOUD_MEMORY_SESSIONS',
      detail:
        'Give express-session a store that all processes share too: option store, with connect-redis or connect-pg-simple.',
    },
  );
}
