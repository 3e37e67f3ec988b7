import type { SessionStore } from './session-store';
import { withoutPrototype, getOwn } from '../../own-properties';

/**
 * Reads the package's member of a record in a session store; undefined where there is none. A file store's missing file
 * is a missing record.
 */
export function readMember(store: SessionStore, key: string, member: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    store.get(key, (error, session) => {
      if (isFault(error) && !isMissingFile(error)) reject(asError(error));
      else resolve(typeof session === 'object' && session !== null ? getOwn(session, member) : undefined);
    });
  });
}

/** Writes a record that looks like a session, else stores drop it early, with one member of the package's. */
export function writeMember(
  store: SessionStore,
  key: string,
  member: string,
  value: object,
  expires: Date,
): Promise<void> {
  const ttlMs = expires.getTime() - Date.now();
  const cookie = { originalMaxAge: ttlMs, maxAge: ttlMs, expires };
  return new Promise((resolve, reject) => {
    // Without a prototype, since a store may serialise what an object inherits.
    const session = { cookie, [member]: withoutPrototype(value) };
    store.set(key, session as never, (error) => (isFault(error) ? reject(asError(error)) : resolve()));
  });
}

/** Destroys a record; nothing happens when there is none. */
export function destroyRecord(store: SessionStore, key: string): Promise<void> {
  return new Promise((resolve, reject) => {
    store.destroy(key, (error) => (isFault(error) && !isMissingFile(error) ? reject(asError(error)) : resolve()));
  });
}

function isFault(error: unknown): boolean {
  return error !== null && error !== undefined;
}

/** By shape: an error of Node itself may be of another realm, as under Jest. */
function isMissingFile(error: unknown): boolean {
  return (Object(error) as { code?: unknown }).code === 'ENOENT';
}

/** What a store gave as its error, to be thrown. Stores give strings too: these say nothing that may be repeated. */
export function asError(error: unknown): Error {
  return typeof error === 'object' && error !== null ? (error as Error) : new Error('The store failed.');
}
