import { BoundedMap } from '../bounded-map';
import { digest } from '../identifiers';

/** Tells the users of a session apart without holding anything of them. */
export interface UserTag {
  /** Digest of what `serializeUser` gave for the session. */
  readonly value: string;
  /** Digest of the user's `id`, where there is one. It stays when the rest of a serialised user changes. */
  readonly id?: string | undefined;
}

/**
 * The tag of a signed-in user, or undefined when no user is signed in.
 *
 * @param serialized what Passport keeps of the user in the session
 * @param user the user object, where it is known
 */
export function toUserTag(serialized: unknown, user: unknown): UserTag | undefined {
  if (!isSignedIn(serialized)) return undefined;
  const id = toUserIdTag(user) ?? toUserIdTag(serialized);
  // A store of documents may refuse `undefined`.
  return { value: toValueTag(serialized), ...(id !== undefined && { id }) };
}

/** The part of a user's tag that stays, where the user has an `id`. An empty one, zero and NaN tell no users apart. */
export function toUserIdTag(user: unknown): string | undefined {
  const id = typeof user === 'object' && user !== null ? (user as { id?: unknown }).id : undefined;
  const isId = typeof id === 'string' || typeof id === 'number' || typeof id === 'bigint';
  return isId && Boolean(id) ? toIdTag(`${typeof id} ${id}`) : undefined;
}

/** Digests of ids seen lately: each guarded request of a user asks for the same one. */
const idTags = new BoundedMap<string, string>({ maxEntries: 1_000 });

function toIdTag(id: string): string {
  const known = idTags.get(id);
  if (known !== undefined) return known;
  const tag = digest('user-id', id);
  idTags.set(id, tag);
  return tag;
}

/** Whether two tags are of one user: the same id, or the same serialised value. */
export function isSameUser(one: UserTag, other: UserTag): boolean {
  return one.value === other.value || (one.id !== undefined && one.id === other.id);
}

/**
 * The same as `isSameUser(tag, toUserTag(serialized, user))`. A serialised user may be long: its digest is made only where
 * the ids do not match.
 */
export function isTagOf(tag: UserTag, serialized: unknown, user: unknown): boolean {
  if (!isSignedIn(serialized)) return false;
  if (tag.id !== undefined && tag.id === (toUserIdTag(user) ?? toUserIdTag(serialized))) return true;
  return tag.value === toValueTag(serialized);
}

/** As Passport judges whether a session has a user. */
function isSignedIn(serialized: unknown): boolean {
  return Boolean(serialized) || serialized === 0;
}

/** The same for any order of members: a store that parses its records, such as `jsonb`, may give them in its own. */
function toValueTag(serialized: unknown): string {
  return digest('user', JSON.stringify(serialized, sortMembers));
}

function sortMembers(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
