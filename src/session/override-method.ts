/**
 * Passport and express-session offer no event for "the session is being renewed", "the user is being logged out" or
 * "the session is about to be saved". A grant has to follow each of them, so their methods are replaced here, on one
 * object of one request and never on a prototype.
 */
type Callback = (error?: unknown) => void;
type Method = (...args: unknown[]) => unknown;

/**
 * Runs a step in place of an object's own method, once; the method is back by then. The method's callback hears of the
 * step's end.
 *
 * @returns takes the step out again
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

const wrappers = new WeakSet<Method>();

/** Wraps a method of a request: the one that is there, and the one that is put there later. */
export function wrapMethod(target: object, name: string, wrap: (method: Method) => Method): void {
  const wrapOnce = (value: unknown): unknown => {
    if (typeof value !== 'function' || wrappers.has(value as Method)) return value;
    const wrapped = wrap(value as Method);
    wrappers.add(wrapped);
    return wrapped;
  };
  let current = wrapOnce(Reflect.get(target, name));
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: true,
    get: () => current,
    set: (value: unknown) => {
      current = wrapOnce(value);
    },
  });
}

/** Ends in a callback outside the promise, so that what the callback throws is not taken for the promise's failure. */
export function resolveToCallback(promise: Promise<void>, callback: Callback): void {
  promise.then(
    () => process.nextTick(callback),
    (error: unknown) => process.nextTick(callback, error),
  );
}
