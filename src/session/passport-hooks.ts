import { getRequestState, type LoginHandlers, type LoginHooks } from './request-state';

/**
 * Passport and express-session have no event for "the session is being renewed", "the user is being logged out" or "the
 * session is about to be saved". A grant has to follow each of them, so their methods are replaced here: on one object
 * of one request, never on a prototype.
 */
type Callback = (error?: unknown) => void;
type Method = (...args: unknown[]) => unknown;

/** Passport gives each method two names. */
const METHODS = { logIn: 'logIn', login: 'logIn', logOut: 'logOut', logout: 'logOut' } as const;
type MethodName = keyof typeof METHODS;
const METHOD_NAMES = Object.keys(METHODS) as MethodName[];

type HookedRequest = Partial<Record<MethodName, unknown>>;

/** One function per method name for all requests: a closure per request would cost more than the rest of a guarded request. */
const REPLACEMENTS: Readonly<Record<MethodName, Method>> = {
  logIn: createReplacement('logIn'),
  login: createReplacement('login'),
  logOut: createReplacement('logOut'),
  logout: createReplacement('logout'),
};

/** What must not become an original: it would call itself. */
const replacements = new WeakSet<object>(Object.values(REPLACEMENTS));

function createReplacement(name: MethodName): Method {
  return function hookedMethod(this: HookedRequest, ...args: unknown[]): unknown {
    return callHandler(this, name, args);
  };
}

function callHandler(req: HookedRequest, name: MethodName, args: unknown[]): unknown {
  const { handlers, originals } = getRequestState(req).loginHooks as LoginHooks;
  return handlers[METHODS[name]](req, (given) => (originals[name] as Method).apply(req, given), args);
}

/** Replaces the login and logout methods of a request, once: those that it has, and those that it is given later. */
export function hookLoginMethods(target: object, handlers: LoginHandlers): void {
  const req = target as HookedRequest;
  const state = getRequestState(req);
  if (state.loginHooks !== undefined) return;
  const given = { logIn: req.logIn, login: req.login, logOut: req.logOut, logout: req.logout };
  if (hasAllMethods(given)) {
    state.loginHooks = getSharedHooks(given, handlers);
    req.logIn = REPLACEMENTS.logIn;
    req.login = REPLACEMENTS.login;
    req.logOut = REPLACEMENTS.logOut;
    req.logout = REPLACEMENTS.logout;
    return;
  }
  const originals: LoginHooks['originals'] = {};
  state.loginHooks = { handlers, originals };
  for (const name of METHOD_NAMES) {
    const original = given[name];
    if (typeof original !== 'function') hookLaterMethod(req, name, originals);
    else {
      originals[name] = original;
      req[name] = REPLACEMENTS[name];
    }
  }
}

function hasAllMethods({ logIn, login, logOut, logout }: LoginHooks['originals']): boolean {
  return (
    typeof logIn === 'function' &&
    typeof login === 'function' &&
    typeof logOut === 'function' &&
    typeof logout === 'function'
  );
}

/** The hooks of the request before, while the methods are the same: Passport gives each request its own four functions. */
let sharedHooks: LoginHooks | undefined;

function getSharedHooks(originals: LoginHooks['originals'], handlers: LoginHandlers): LoginHooks {
  const { logIn, login, logOut, logout } = originals;
  const shared = sharedHooks;
  if (
    shared?.handlers === handlers &&
    shared.originals.logIn === logIn &&
    shared.originals.login === login &&
    shared.originals.logOut === logOut &&
    shared.originals.logout === logout
  ) {
    return shared;
  }
  return (sharedHooks = { handlers, originals });
}

/** Passport puts the methods on a request when it first sees it, which may be after `marketingCloud()`. */
function hookLaterMethod(req: HookedRequest, name: MethodName, originals: LoginHooks['originals']): void {
  const bound: Method = (...args) => callHandler(req, name, args);
  replacements.add(bound);
  Object.defineProperty(req, name, {
    configurable: true,
    enumerable: true,
    get: () => (typeof originals[name] === 'function' ? bound : originals[name]),
    set: (value: unknown) => {
      // Passport assigns what it has just read, also one name's method to the other name.
      if (!replacements.has(Object(value) as object)) originals[name] = value;
    },
  });
}

/**
 * Runs a step in place of an object's method, once; the original method is back by then. The method's callback is called
 * when the step has ended.
 *
 * @returns puts the original method back
 */
export function overrideOnce<Name extends string>(
  target: Partial<Record<Name, unknown>>,
  name: Name,
  step: () => Promise<void>,
): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  const restore = (): void => {
    if (before === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, before);
  };
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: false,
    value: (callback: Callback = () => undefined) => {
      restore();
      resolveToCallback(step(), callback);
      return target;
    },
  });
  return restore;
}

/** Ends in a callback outside the promise, so that what the callback throws is not taken for the promise's failure. */
export function resolveToCallback(promise: Promise<void>, callback: Callback): void {
  promise.then(
    () => process.nextTick(callback),
    (error: unknown) => process.nextTick(callback, error),
  );
}
