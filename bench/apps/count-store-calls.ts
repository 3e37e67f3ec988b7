import type { Store } from 'express-session';

/** How often a session store was called, by method. */
export type StoreCalls = Readonly<Record<'get' | 'set' | 'destroy' | 'touch', number>>;

/**
 * Counts the calls of a store's methods.
 *
 * @returns a function that gives the numbers since its last call
 */
export function countStoreCalls(store: Store): () => StoreCalls {
  const none = { get: 0, set: 0, destroy: 0, touch: 0 };
  let calls = { ...none };
  for (const name of ['get', 'set', 'destroy', 'touch'] as const) {
    const method = Reflect.get(store, name) as ((...args: unknown[]) => unknown) | undefined;
    if (method === undefined) continue;
    Reflect.set(store, name, function counted(this: Store, ...args: unknown[]) {
      calls[name] += 1;
      return method.apply(this, args);
    });
  }
  return () => {
    const counted = calls;
    calls = { ...none };
    return counted;
  };
}
