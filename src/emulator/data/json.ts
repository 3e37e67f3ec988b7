/** A JSON value. `undefined` stands for a member that is left out. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | JsonObject;

/** A JSON object: an asset, a journey, a row or a request body. */
export type JsonObject = { readonly [name: string]: Json };

/** Returns whether a parsed JSON value is an object, and not null or an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Converts a string, number or boolean to text; an object, an array and null give an empty string. */
export function toText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** Returns the members of an object by lower-case name, for requests in which letter case does not matter. */
export function toLowerCaseMembers(object: JsonObject): Map<string, Json> {
  return new Map(Object.entries(object).map(([name, value]) => [name.toLowerCase(), value]));
}
