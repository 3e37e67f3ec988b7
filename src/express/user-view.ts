import type { Credentials } from '../api/credentials';

/** A user as one request sees it, and how to end that. */
export interface UserView {
  readonly user: object;
  /** Takes the credentials away from the view. */
  end(): void;
}

/** The users behind the views that there are. */
const originals = new WeakMap<object, object>();

type Key = string | symbol;
type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/**
 * A view of the user that answers `marketingCloud` and is the user in everything else: what is written to it reaches
 * the user, methods and accessors run on the user itself, so that private fields work, also where a view is passed to
 * one of them. `valueOf()` gives the user itself, for what no view can stand in for: `structuredClone`, and a method of
 * another object that reads private fields of its argument. The user gets no property: an object that the app caches or
 * shares between requests never carries a token.
 */
export function createView(user: object, current: () => Credentials | undefined): UserView {
  let ended = false;
  const methods = new WeakMap<AnyFunction, AnyFunction>();

  const bound = (method: AnyFunction): AnyFunction => {
    const known = methods.get(method);
    if (known !== undefined) return known;
    const proxy = new Proxy(method, {
      apply: (target, self, args) => {
        const own = args.map((arg: unknown) => originals.get(arg as object) ?? arg);
        const result: unknown = Reflect.apply(target, self === view ? user : self, own);
        return result === user ? view : result;
      },
    });
    methods.set(method, proxy);
    return proxy;
  };

  const view: object = new Proxy(user, {
    get(target, key: Key) {
      if (key === 'marketingCloud') return ended ? undefined : current();
      const value: unknown = Reflect.get(target, key, target);
      if (key === 'valueOf' && value === Object.prototype.valueOf) return () => user;
      if (typeof value !== 'function' || key === 'constructor' || isFixed(target, key)) return value;
      return bound(value as AnyFunction);
    },
    set: (target, key: Key, value) => Reflect.set(target, key, value, target),
    has: (target, key: Key) => (key === 'marketingCloud' && !ended) || Reflect.has(target, key),
  });
  originals.set(view, user);
  return {
    user: view,
    end: () => {
      ended = true;
    },
  };
}

/** A proxy must give the very value of a property that can never change. */
function isFixed(target: object, key: Key): boolean {
  const property = Object.getOwnPropertyDescriptor(target, key);
  return property?.configurable === false && property.writable === false;
}
