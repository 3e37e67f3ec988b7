import { createHash, randomBytes } from 'node:crypto';

/** A grant's id: 160 random bits in 27 characters, short enough for any session store's key. */
export function createGrantId(): string {
  return randomBytes(20).toString('base64url');
}

/** 256 random bits: for `state`, and for the cookie that ties a sign-in to its browser. */
export function createSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** A short name for parts that must not be guessed from it: 160 bits of their hash. Each part keeps its own bounds. */
export function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 20).toString('base64url');
}
