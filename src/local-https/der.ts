/**
 * Writes DER (ITU-T X.690), the encoding of X.509 certificates: each value is a tag, the length of its content, and the
 * content.
 */

/** Tags of the types that a certificate consists of. */
const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const SET = 0x31;
const CONTEXT = 0x80;
const CONSTRUCTED_CONTEXT = 0xa0;

/** The first year that UTCTime, which has two digits for the year, cannot express (RFC 5280, section 4.1.2.5). */
const FIRST_YEAR_WITH_FOUR_DIGITS = 2050;

export const sequence = (...parts: readonly Uint8Array[]): Buffer => encode(SEQUENCE, ...parts);
export const set = (...parts: readonly Uint8Array[]): Buffer => encode(SET, ...parts);
export const octetString = (content: Uint8Array): Buffer => encode(OCTET_STRING, content);
export const utf8String = (text: string): Buffer => encode(UTF8_STRING, Buffer.from(text));
export const booleanTrue = (): Buffer => encode(BOOLEAN, Buffer.from([0xff]));

/** A positive integer, as big-endian bytes whose first bit is 0. */
export const integer = (...bytes: readonly number[]): Buffer => encode(INTEGER, Buffer.from(bytes));

/** Bits, of which the last `unused` do not count. */
export const bitString = (content: Uint8Array, unused = 0): Buffer =>
  encode(BIT_STRING, Buffer.from([unused]), content);

/** A value whose type the context defines by a number: `[number] IMPLICIT`. */
export const implicit = (number: number, content: Uint8Array): Buffer => encode(CONTEXT + number, content);

/** A value inside a wrapper that the context defines by a number: `[number] EXPLICIT`. */
export const explicit = (number: number, content: Uint8Array): Buffer => encode(CONSTRUCTED_CONTEXT + number, content);

/** An object identifier, such as `2.5.29.17`. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  return encode(OBJECT_IDENTIFIER, Buffer.from([first * 40 + second, ...others.flatMap(toBase128)]));
}

/** A point in time, in whole seconds. */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/\D/g, '').slice(0, 14);
  return date.getUTCFullYear() < FIRST_YEAR_WITH_FOUR_DIGITS
    ? encode(UTC_TIME, Buffer.from(`${digits.slice(2)}Z`))
    : encode(GENERALIZED_TIME, Buffer.from(`${digits}Z`));
}

function encode(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...encodeLength(content.length)]), content]);
}

/** Up to 127 in one byte; a longer length after a byte with the number of its bytes. */
function encodeLength(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

/** Seven bits to a byte; every byte but the last has its first bit set. */
function toBase128(number: number): number[] {
  const bytes = [number & 0x7f];
  for (let rest = number >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}
