import type { KNOWN_SCOPES } from './known-scopes';

/** A scope: the known names are offered by editors, any other is accepted, since new ones appear every few releases. */
export type Scope = (typeof KNOWN_SCOPES)[number] | (string & Record<never, never>);

/** A scope is one or more visible ASCII characters but the double quote and the backslash (RFC 6749 §3.3). */
const TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** The scopes in a string or a list, each once and in their order; undefined when there is none or one is malformed. */
export function parseScope(value: unknown): string[] | undefined {
  const parts: unknown[] = typeof value === 'string' ? value.split(' ').filter((part) => part !== '') : asList(value);
  if (parts.length === 0) return undefined;
  const names = parts.filter((part) => typeof part === 'string' && TOKEN.test(part));
  return names.length === parts.length ? [...new Set(names as string[])] : undefined;
}

/** The same for scopes to ask for. A name with a comma is refused: it is a list with the wrong separator. */
export function parseRequestedScope(value: unknown): string[] | undefined {
  const names = parseScope(value);
  return names?.some((name) => name.includes(',')) === true ? undefined : names;
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
