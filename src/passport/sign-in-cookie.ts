import { digest } from '../identifiers';
import type { BrowserCookies } from './browser-cookies';

/** How many sign-ins may be under way in one browser. */
const MAX_SIGN_INS = 10;
/** How long a finished callback that is asked again, by *Back* or *Reload*, still leads to where it led. */
const FINISHED_SECONDS = 60;

const NAME = 'mc-sign-in-';
const SECRET = /^[\w-]{43}$/;
const FINISHED = /^([\w-]{27})\.([\w-]{0,700})$/;
/** Marks of finished sign-ins are short and few: the whole site gets them with each request. */
const MAX_MARKS = 3;
const MAX_MARKED_CHARACTERS = 512;

/** What the cookie of a sign-in says. */
export type SignInCookie =
  /** The sign-in is under way in this browser. */
  | { readonly secret: string }
  /** It has finished here: a hash of its user, and the page it led to. */
  | { readonly user: string; readonly returnTo: string | undefined };

/**
 * Ties a sign-in to the browser that begins it. A browser that holds too many loses the oldest.
 *
 * @param secret 256 random bits, in base64url
 */
export function setSignInCookie(cookies: BrowserCookies, state: string, secret: string, maxAgeMs: number): void {
  const underWay = cookies.named(NAME).filter(({ value }) => SECRET.test(value));
  for (const { name } of underWay.slice(0, Math.max(0, underWay.length - MAX_SIGN_INS + 1))) cookies.remove(name);
  cookies.set(nameFor(state), secret, maxAgeMs / 1000);
}

/** Reads the cookie of the sign-in that a callback names; undefined when this browser has none. */
export function readSignInCookie(cookies: BrowserCookies, state: string): SignInCookie | undefined {
  const value = cookies.get(nameFor(state)) ?? '';
  if (SECRET.test(value)) return { secret: value };
  const [, user, returnTo] = FINISHED.exec(value) ?? [];
  if (user === undefined || returnTo === undefined) return undefined;
  return { user, returnTo: returnTo === '' ? undefined : Buffer.from(returnTo, 'base64url').toString() };
}

export function removeSignInCookie(cookies: BrowserCookies, state: string): void {
  cookies.remove(nameFor(state));
}

/** Replaces the cookie of a finished sign-in by a short-lived mark that says where it led. */
export function markSignInFinished(
  cookies: BrowserCookies,
  state: string,
  { user, returnTo = '' }: { readonly user: string; readonly returnTo: string | undefined },
): void {
  const marks = cookies.named(NAME).filter(({ value }) => FINISHED.test(value));
  for (const { name } of marks.slice(0, Math.max(0, marks.length - MAX_MARKS + 1))) cookies.remove(name);
  const page = returnTo.length > MAX_MARKED_CHARACTERS ? '' : returnTo;
  cookies.set(nameFor(state), `${user}.${Buffer.from(page).toString('base64url')}`, FINISHED_SECONDS);
}

/** The user of a grant, where the user has no id: the grant's own id stays on the server. */
export function grantMark(grantId: string): string {
  return digest('finished-sign-in', grantId);
}

function nameFor(state: string): string {
  return NAME + digest('sign-in-cookie', state).slice(0, 8);
}
