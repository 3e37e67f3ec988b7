/** V8 13 (Node 24) lets such objects share hidden classes by itself; there this would cost time. */
const IS_NEEDED = Number.parseInt(process.versions.v8, 10) < 13;

/**
 * Makes an Express request and its response cheap to use for all that handles them next, on Node 20 and 22.
 *
 * Express sets the prototype of both. From then on V8 makes hidden classes for that one object: no compiled code fits the
 * next request, each access looks its property up anew, and each new property costs almost 2 KB (`docs/performance.md`).
 * An object that has lost a property becomes a dictionary, and dictionaries share one hidden class. So each object loses
 * the property by which it knows the other one, and gets it back as it was.
 */
export function shareHiddenClass(req: object): void {
  if (!IS_NEEDED || !Object.hasOwn(req, 'res')) return;
  const { res } = req as { readonly res?: unknown };
  removeAndRestore(req, 'res');
  if (typeof res === 'object' && res !== null) removeAndRestore(res, 'req');
}

function removeAndRestore(object: object, name: string): void {
  const property = Object.getOwnPropertyDescriptor(object, name);
  if (property === undefined || !Object.isExtensible(object)) return;
  if (Reflect.deleteProperty(object, name)) Object.defineProperty(object, name, property);
}
