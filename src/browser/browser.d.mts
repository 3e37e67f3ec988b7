/**
 * A `fetch` for the app's own routes. A 401 of the guard is answered by one sign-in for all requests that wait for it, and
 * each request is then sent once more, with its body. Where that does not work the 401 is the answer. The account of
 * `<meta name="marketing-cloud-account">` goes along, so that the guard can refuse what was meant for another one.
 *
 * @param fetch what to send with; the global one unless given
 *
 * @example
 * import { withSignIn } from 'passport-marketing-cloud/browser';
 * const fetch = withSignIn();
 * await fetch('/items', { method: 'POST', body: new FormData(form) });
 */
export declare function withSignIn(fetch?: typeof globalThis.fetch): typeof globalThis.fetch;

/**
 * Signs the user in. Nothing is seen where Marketing Cloud knows the user; else a dialog asks for a click, which opens a
 * window. Resolves when the session is signed in.
 *
 * @param loginUrl the login route, on the page's own origin; `/login` unless given
 * @throws an `Error` whose `code` is `sign_in_closed`, `cookies_blocked` or that of a refusal; a `TypeError` for a URL of
 *   another origin
 *
 * @example
 * import { signIn } from 'passport-marketing-cloud/browser';
 * button.onclick = () => signIn().then(() => location.reload());
 */
export declare function signIn(loginUrl?: string): Promise<void>;
