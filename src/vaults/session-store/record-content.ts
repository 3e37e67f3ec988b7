import { asObject } from '../../own-properties';
import { isNumber, isText, optional, parseStored, type Checks } from '../../stored-members';
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

type LiveContent = RecordContent & { readonly until: number };

const CHECKS: Checks<LiveContent> = {
  kind: (value): value is RecordKind => value === 'grant' || value === 'sign-in',
  version: isNumber,
  data: isText,
  dead: optional(isText),
  until: isNumber,
};

/** The content of a record as a store returned it; undefined when it is not valid, or has expired. */
export function parseContent(member: unknown): LiveContent | undefined {
  const stored = asObject(member);
  const content = stored && parseStored(stored, CHECKS);
  return content !== undefined && content.until > Date.now() ? content : undefined;
}
