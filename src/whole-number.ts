/** Every number of up to 15 digits is exact in JavaScript. */
const DIGITS = /^\d{1,15}$/;

/**
 * A whole number from 0, given as a number or as its decimal digits; undefined for anything else. Marketing Cloud writes
 * ids, counts and lifetimes either way.
 */
export function parseWholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && DIGITS.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** The same from 1: for ids (MID, EID) and lifetimes. */
export function parsePositiveInteger(value: unknown): number | undefined {
  const number = parseWholeNumber(value);
  return number === 0 ? undefined : number;
}
