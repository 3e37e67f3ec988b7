import { digest } from '../identifiers';

/** Tells the users of a session apart without holding anything of them. */
export interface UserTag {
  /** Of what `serializeUser` gave for the session. */
  readonly value: string;
  /** Of the user's `id`, where there is one: it stays when the rest of a serialised user changes. */
  readonly id?: string | undefined;
}

/**
 * The tag of a signed-in user, or undefined when nobody is.
 *
 * @param serialized what Passport keeps of the user in the session
 * @param user the user object, where it is known
 */
export function userTagFor(serialized: unknown, user: unknown): UserTag | undefined {
  // As Passport itself judges whether a session has a user.
  if (!serialized && serialized !== 0) return undefined;
  return {
    value: digest('user', JSON.stringify(serialized)),
    id: userIdTagFor(user) ?? userIdTagFor(serialized),
  };
}

/** The part of a user's tag that stays, where the user has an `id`. */
export function userIdTagFor(user: unknown): string | undefined {
  const id = getUserId(user);
  return id === undefined ? undefined : digest('user-id', id);
}

/** Whether two tags are of one user: the same id, or the same serialised value. */
export function isSameUser(one: UserTag, other: UserTag): boolean {
  return one.value === other.value || (one.id !== undefined && one.id === other.id);
}

function getUserId(user: unknown): string | undefined {
  const id = typeof user === 'object' && user !== null ? (user as { id?: unknown }).id : undefined;
  return typeof id === 'string' || typeof id === 'number' || typeof id === 'bigint' ? `${typeof id} ${id}` : undefined;
}
