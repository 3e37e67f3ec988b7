import { getOwn, withoutPrototype, type JsonObject } from './own-properties';

/** Whether a stored value is what a member must be. */
export type Check<T> = (value: unknown) => value is T;

/** The members of a record, each with its check. */
export type Checks<T> = { readonly [Name in keyof T]-?: Check<T[Name]> };

/**
 * The members of a stored record that the checks name, without a prototype; undefined where one of them does not pass.
 * Absent members are left out. A record may have been damaged or tampered with, and what it says decides where tokens are
 * sent.
 *
 * @example
 * const pending = parseStored<{ subdomain: string; returnTo?: string }>(stored, { subdomain: isText, returnTo: optional(isText) });
 */
export function parseStored<T extends object>(stored: JsonObject, checks: Checks<T>): T | undefined {
  const members = withoutPrototype<Record<string, unknown>>({});
  for (const [name, check] of Object.entries<Check<unknown>>(checks)) {
    const value = getOwn(stored, name);
    if (!check(value)) return undefined;
    if (value !== undefined) members[name] = value;
  }
  return members as T;
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

export function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText);
}

/** The same check for a member that may be absent. */
export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value): value is T | undefined => value === undefined || check(value);
}
