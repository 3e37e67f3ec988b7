/** What JSON can say. `undefined` stands for a member that is left out. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | JsonObject;

/** A JSON object: an asset, a journey, a row, a request body. */
export type JsonObject = { readonly [name: string]: Json };

/** Whether a parsed JSON value is an object, and not null or an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A simple value as text; empty for an object, an array or nothing. */
export function toText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
