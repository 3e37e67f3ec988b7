import { digestOf } from '../grants/ids';
import type { BrowserCookies } from './browser-cookies';

/** How many sign-ins may be under way in one browser. */
const MAX_SIGN_INS = 10;
/** How long a finished callback that is asked again, by *Back* or *Reload*, still leads to where it led. */
const FINISHED_SECONDS = 60;

const NAME = 'mc-sign-in-';
const SECRET = /^[\w-]{43}$/;
const FINISHED = /^([\w-]{27})\.([\w-]{0,4096})$/;

/** What the cookie of a sign-in says. */
export type SignInCookie =
  /** The sign-in is under way in this browser. */
  | { readonly secret: string }
  /** It has finished here: the grant it made, as a hash, and the page it led to. */
  | { readonly grant: string; readonly returnTo: string | undefined };

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
  const [, grant, returnTo] = FINISHED.exec(value) ?? [];
  if (grant === undefined || returnTo === undefined) return undefined;
  return { grant, returnTo: returnTo === '' ? undefined : Buffer.from(returnTo, 'base64url').toString() };
}

export function removeSignInCookie(cookies: BrowserCookies, state: string): void {
  cookies.remove(nameFor(state));
}

/** Replaces the cookie of a finished sign-in by a short-lived mark that says where it led. */
export function markSignInFinished(
  cookies: BrowserCookies,
  state: string,
  { grantId, returnTo = '' }: { readonly grantId: string; readonly returnTo: string | undefined },
): void {
  const mark = `${grantMark(grantId)}.${Buffer.from(returnTo).toString('base64url')}`;
  cookies.set(nameFor(state), mark, FINISHED_SECONDS);
}

/** A grant as a mark names it: the id itself stays on the server. */
export function grantMark(grantId: string): string {
  return digestOf('finished-sign-in', grantId);
}

function nameFor(state: string): string {
  return NAME + digestOf('sign-in-cookie', state).slice(0, 8);
}
