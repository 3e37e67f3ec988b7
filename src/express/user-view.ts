import { types } from 'node:util';
import { MarketingCloudError } from '../errors';
import type { Credentials } from '../api/credentials';

type Key = string | symbol;
type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Where a view has the credentials. */
const PROPERTY = 'marketingCloud';

/** The property by which a view shows its `UserView` to the methods of other views, and to them only. */
const VIEW = Symbol('passport-marketing-cloud.view');

/**
 * A view of the user that answers `marketingCloud` and is the user in everything else: what is written to it reaches
 * the user, methods and accessors run on the user itself, so that private fields work, also where a view is passed to
 * one of them. `valueOf()` gives the user itself, for what no view can replace: `structuredClone`, and a method of
 * another object that reads private fields of its argument. The user gets no property: an object that the app caches or
 * shares between requests never carries a token.
 *
 * A `marketingCloud` of the user's own is hidden: no copy of a view, and no JSON of one, has the credentials.
 *
 * @param current the credentials at this moment, or undefined when the request has ended
 * @throws MarketingCloudError `invalid_user` for a user whose own `marketingCloud` cannot be hidden
 */
export function createView(user: object, current: () => Credentials | undefined): object {
  const own = Object.getOwnPropertyDescriptor(user, PROPERTY);
  if (own !== undefined && (own.configurable !== true || !Object.isExtensible(user))) {
    throw new MarketingCloudError('invalid_user', {
      message: 'The user of this session has a property marketingCloud of its own that cannot be changed.',
      hint: 'Give that property of the user another name, or do not freeze the user: the guard shows the credentials there.',
    });
  }
  const handler = new UserView(user, current);
  const view = new Proxy(user, handler);
  handler.view = view;
  return view;
}

/** Most guarded requests read a property or two: the view costs them a proxy, and no closure per trap. */
class UserView implements ProxyHandler<object> {
  view: object | undefined;
  readonly #user: object;
  readonly #current: () => Credentials | undefined;
  #methods: WeakMap<AnyFunction, AnyFunction> | undefined;

  constructor(user: object, current: () => Credentials | undefined) {
    this.#user = user;
    this.#current = current;
  }

  get(user: object, key: Key): unknown {
    if (key === PROPERTY) return this.#current();
    if (key === VIEW) return this;
    const value: unknown = Reflect.get(user, key, user);
    if (typeof value !== 'function') return value;
    if (key === 'valueOf' && value === Object.prototype.valueOf) return () => user;
    return key === 'constructor' || isFixed(user, key) ? value : this.#bind(value as AnyFunction);
  }

  set(user: object, key: Key, value: unknown): boolean {
    return Reflect.set(user, key, value, user);
  }

  has(user: object, key: Key): boolean {
    return key === PROPERTY ? this.#current() !== undefined : Reflect.has(user, key);
  }

  ownKeys(user: object): Key[] {
    return Reflect.ownKeys(user).filter((key) => key !== PROPERTY);
  }

  getOwnPropertyDescriptor(user: object, key: Key): PropertyDescriptor | undefined {
    return key === PROPERTY ? undefined : Reflect.getOwnPropertyDescriptor(user, key);
  }

  /** The user behind a view, and any other value as it is. Only a proxy is asked: another object may have getters. */
  static getOriginal(value: unknown): unknown {
    if (!types.isProxy(value)) return value;
    const view = (value as { [VIEW]?: unknown })[VIEW];
    return view instanceof UserView ? view.#user : value;
  }

  #bind(method: AnyFunction): AnyFunction {
    this.#methods ??= new WeakMap();
    const known = this.#methods.get(method);
    if (known !== undefined) return known;
    const bound = new Proxy(method, {
      apply: (target, self: unknown, args: unknown[]) => {
        const receiver = self === this.view ? this.#user : self;
        const originals = args.map((arg) => UserView.getOriginal(arg));
        const result: unknown = Reflect.apply(target, receiver, originals);
        return result === this.#user ? this.view : result;
      },
    });
    this.#methods.set(method, bound);
    return bound;
  }
}

/** A proxy must give the very value of a property that can never change. */
function isFixed(user: object, key: Key): boolean {
  const property = Object.getOwnPropertyDescriptor(user, key);
  return property?.configurable === false && property.writable === false;
}
