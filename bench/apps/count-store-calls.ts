import type { Store } from 'express-session';

/** How often a session store was called, by method. */
export type StoreCalls = Readonly<Record<'get' | 'set' | 'destroy' | 'touch', number>>;

/**
 * Counts the calls of a store's methods. They are replaced in the store's class, since the package reads express-session's
 * `MemoryStore` in a faster way as long as the store itself overrides nothing.
 *
 * @returns a function that gives the numbers since its last call
 */
export function countStoreCalls(store: Store): () => StoreCalls {
  const none = { get: 0, set: 0, destroy: 0, touch: 0 };
  let calls = { ...none };
  for (const name of ['get', 'set', 'destroy', 'touch'] as const) {
    const method = Reflect.get(store, name) as ((...args: unknown[]) => unknown) | undefined;
    if (method === undefined) continue;
    Reflect.set(getOwner(store, name), name, function counted(this: Store, ...args: unknown[]) {
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

/** The store or the prototype that has the method itself. */
function getOwner(store: object, name: string): object {
  let owner = store;
  for (let next: unknown = store; typeof next === 'object' && next !== null; next = Object.getPrototypeOf(next)) {
    owner = next;
    if (Object.hasOwn(next, name)) break;
  }
  return owner;
}
