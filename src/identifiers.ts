import { hash, randomFillSync } from 'node:crypto';

/** Random bytes that have not been used yet: one system call gives enough for many sign-ins. */
const pool = Buffer.alloc(4_096);
let used = pool.length;

/** A grant's id: 160 random bits in 27 characters, short enough for any session store's key. */
export function createGrantId(): string {
  return takeRandom(20);
}

/** 256 random bits in base64url: for `state`, for the cookie that ties a sign-in to its browser, for a PKCE verifier. */
export function createSecret(): string {
  return takeRandom(32);
}

/**
 * A short name for parts that must not be guessed from it: 27 characters of the base64url of their SHA-256. No two lists
 * of parts are written alike.
 */
export function digest(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 27);
}

/** Bytes are erased as they are taken, so that no two values share any and none stays in memory. */
function takeRandom(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const text = pool.toString('base64url', used, used + bytes);
  pool.fill(0, used, used + bytes);
  used += bytes;
  return text;
}
