import type { SessionStore } from './session-store';

/**
 * Whether a session store keeps its sessions in this process's memory. By shape, since minifiers rename classes:
 * express-session's MemoryStore has an object `sessions` without a prototype, the package `memorystore` a cache that can be
 * pruned. Other stores that call themselves MemoryStore count too.
 */
export function isMemoryStore(store: SessionStore): boolean {
  const { sessions, store: cache } = store as { sessions?: unknown; store?: unknown };
  if (typeof sessions === 'object' && sessions !== null && Object.getPrototypeOf(sessions) === null) return true;
  const { prune, dump } = Object(cache) as { prune?: unknown; dump?: unknown };
  if (typeof prune === 'function' && typeof dump === 'function') return true;
  for (let one: object | null = store; one !== null; one = Object.getPrototypeOf(one) as object | null) {
    if ((one.constructor as { name?: unknown } | undefined)?.name === 'MemoryStore') return true;
  }
  return false;
}
