/** An object of which nothing is known but its names. */
export type Fields = Readonly<Record<string, unknown>>;

/** The members of an object; an empty one for anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** A member that must be text. */
export function textOf(value: unknown, name: string): string {
  const text = fieldsOf(value)[name];
  if (typeof text !== 'string') throw new TypeError(`${name} is no string but ${typeof text}`);
  return text;
}
