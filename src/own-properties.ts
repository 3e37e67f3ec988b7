/** A JSON object of unknown shape; only its own members count, so that a polluted prototype adds nothing. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The text as a JSON object, or undefined when it is anything else. */
export function parseObject(text: string): JsonObject | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return asObject(value);
}

/** The value as a JSON object, or undefined when it is anything else. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** A copy of the object's own members that inherits nothing: for options and the like. */
export function withoutPrototype<T extends object>(object: T): T {
  return Object.assign(Object.create(null) as T, object);
}

/** A member that the object has itself, else undefined. */
export function getOwn(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as JsonObject)[name] : undefined;
}

/** Leaves undefined members out of print and JSON. They stay the object's own, so that a polluted prototype adds nothing. */
export function hideAbsent<Name extends string>(
  object: { readonly [Key in Name]?: unknown },
  names: readonly Name[],
): void {
  for (const name of names) {
    if (object[name] === undefined) Object.defineProperty(object, name, { enumerable: false });
  }
}
