import { digest } from '../identifiers';
import type { BrowserCookies } from './browser-cookies';

/** How many sign-ins may be under way in one browser. */
const MAX_SIGN_INS = 10;
/** How long a finished callback that is asked again, by *Back* or *Reload*, still leads to where it led. */
const FINISHED_SECONDS = 60;

const PREFIX = 'mc-sign-in-';
const SECRET = /^[\w-]{43}$/;
const FINISHED = /^([\w-]{27})\.([\w-]{0,700})$/;
/** Marks of finished sign-ins are short and few: the whole site gets them with each request. */
const MAX_MARKS = 3;
const MAX_MARKED_CHARACTERS = 512;

/** What the cookie of a sign-in says. */
export type SignInCookieValue =
  /** The sign-in is under way in this browser. */
  | { readonly secret: string }
  /** It has finished here: a hash of its user, and the page it led to. */
  | { readonly user: string; readonly returnTo: string | undefined };

/** The cookie that ties one sign-in to the browser that has begun it. */
export class SignInCookie {
  readonly #cookies: BrowserCookies;
  readonly #name: string;

  constructor(cookies: BrowserCookies, state: string) {
    this.#cookies = cookies;
    this.#name = PREFIX + digest('sign-in-cookie', state).slice(0, 8);
  }

  /**
   * Sets the cookie of a sign-in that begins. A browser that holds too many loses the oldest.
   *
   * @param secret 256 random bits, in base64url
   */
  set(secret: string, maxAgeMs: number): void {
    this.#makeRoom(SECRET, MAX_SIGN_INS);
    this.#cookies.set(this.#name, secret, maxAgeMs / 1000);
  }

  /** Undefined when this browser has none. */
  read(): SignInCookieValue | undefined {
    const value = this.#cookies.get(this.#name);
    if (value === undefined) return undefined;
    if (SECRET.test(value)) return { secret: value };
    const [, user, returnTo] = FINISHED.exec(value) ?? [];
    if (user === undefined || returnTo === undefined) return undefined;
    return { user, returnTo: returnTo === '' ? undefined : Buffer.from(returnTo, 'base64url').toString() };
  }

  remove(): void {
    this.#cookies.remove(this.#name);
  }

  /**
   * Replaces the cookie of a finished sign-in by a short-lived mark that says where it led.
   *
   * @param user a hash of the signed-in user
   */
  markFinished(user: string, returnTo = ''): void {
    this.#makeRoom(FINISHED, MAX_MARKS);
    const page = returnTo.length > MAX_MARKED_CHARACTERS ? '' : Buffer.from(returnTo).toString('base64url');
    this.#cookies.set(this.#name, `${user}.${page}`, FINISHED_SECONDS);
  }

  /** Removes the oldest cookies of a kind, so that one more makes `max` at most. */
  #makeRoom(kind: RegExp, max: number): void {
    const all = this.#cookies.getAll(PREFIX);
    if (all.length < max) return;
    const held = all.filter(({ value }) => kind.test(value));
    for (const { name } of held.slice(0, Math.max(0, held.length - max + 1))) this.#cookies.remove(name);
  }
}

/** The mark of a grant, for a user without an id: the grant's own id stays on the server. */
export function toGrantMark(grantId: string): string {
  return digest('finished-sign-in', grantId);
}
