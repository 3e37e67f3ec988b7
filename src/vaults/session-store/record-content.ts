import { asObject, getOwn } from '../../own-properties';
import type { RecordKind } from '../vault';

/** The key of a record in a session store. */
export function toStoreKey(id: string): string {
  return `mcg_${id}`;
}

/** The member of a session store's record that holds the content. */
export const CONTENT_MEMBER = 'marketingCloudVault';

/** What the vault writes into a record of the session store. */
export interface RecordContent {
  readonly kind: RecordKind;
  readonly version: number;
  readonly data: string;
  /** Why it is dead, where this is written down. */
  readonly dead?: string | undefined;
  /** When the record expires, in milliseconds since the epoch. */
  readonly until?: number | undefined;
}

/** The content of a record as a store returned it; undefined when it is not valid, or has expired. */
export function parseContent(member: unknown): (RecordContent & { readonly until: number }) | undefined {
  const stored = asObject(member);
  if (stored === undefined) return undefined;
  const kind = getOwn(stored, 'kind');
  const version = getOwn(stored, 'version');
  const data = getOwn(stored, 'data');
  const dead = getOwn(stored, 'dead');
  const until = getOwn(stored, 'until');
  return (kind === 'grant' || kind === 'sign-in') &&
    typeof version === 'number' &&
    typeof data === 'string' &&
    (dead === undefined || typeof dead === 'string') &&
    typeof until === 'number' &&
    until > Date.now()
    ? { kind, version, data, dead, until }
    : undefined;
}
