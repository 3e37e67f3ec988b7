/**
 * For pages of an app that is embedded in Marketing Cloud: a `fetch` that signs the user in again when the session has
 * ended, and goes on. One ES module without imports, which an app can also send as it is:
 * `app.get('/marketing-cloud.mjs', (req, res) => res.sendFile(require.resolve('passport-marketing-cloud/browser')))`.
 */

/** What the guard's 401 says (RFC 9110 §11.6.1). */
const CHALLENGE = /(?:^|[\s,])MarketingCloud\s+login_url="((?:[^"\\]|\\.)*)"/i;

/** How the sign-in page knows that a page of the app shows it. */
const DIALOG = '#marketing-cloud-dialog';

/** A page that has not said anything by then cannot work unseen: it is shown, so that it can be closed. */
const SILENT_MS = 20_000;

/** The sign-in that runs, for all who wait for it. */
let running;
/** How many have finished. */
let finished = 0;

/**
 * A `fetch` for the app's own routes. A 401 of the guard is answered by one sign-in for all requests that wait for it, and
 * each request is then sent once more, with its body. Where that does not work the 401 is the answer. The account of
 * `<meta name="marketing-cloud-account">` goes along, so that the guard can refuse what was meant for another one.
 *
 * @param {typeof globalThis.fetch} [fetch] what to send with
 * @returns {typeof globalThis.fetch}
 *
 * @example
 * import { withSignIn } from 'passport-marketing-cloud/browser';
 * const fetch = withSignIn();
 * await fetch('/items', { method: 'POST', body: new FormData(form) });
 */
export function withSignIn(fetch = globalThis.fetch) {
  return async (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).origin !== location.origin) return await fetch(request);
    const account = document.querySelector('meta[name="marketing-cloud-account"]')?.getAttribute('content');
    if (account) request.headers.set('x-marketing-cloud-account', account);
    const before = finished;
    let response = await fetch(request.clone());
    let loginUrl = getLoginUrl(response);
    if (loginUrl !== undefined && finished > before) {
      // A sign-in has finished since the request was sent: the session may be signed in by now.
      response = await fetch(request.clone());
      loginUrl = getLoginUrl(response);
    }
    if (loginUrl === undefined) return response;
    try {
      await signIn(loginUrl);
    } catch {
      return response;
    }
    const repeated = await fetch(request);
    if (repeated.status !== 401) forgetDepartures();
    return repeated;
  };
}

/**
 * Signs the user in. Nothing is seen where Marketing Cloud knows the user; else a dialog asks for a click, which opens a
 * window. Resolves when the session is signed in.
 *
 * @param {string} [loginUrl] the login route, on the page's own origin
 * @returns {Promise<void>} rejects with an `Error` whose `code` is `sign_in_closed`, `cookies_blocked` or that of a refusal;
 *   with a `TypeError` for a URL of another origin
 *
 * @example
 * import { signIn } from 'passport-marketing-cloud/browser';
 * button.onclick = () => signIn().then(() => location.reload());
 */
export function signIn(loginUrl = '/login') {
  const url = getOwnUrl(loginUrl);
  if (url === undefined) return Promise.reject(new TypeError('signIn() needs a login URL of its own origin.'));
  running ??= runDialog(url).finally(() => {
    running = undefined;
  });
  return running;
}

/** The sign-in has held: the sign-in page need not take it for one of a loop. */
function forgetDepartures() {
  try {
    sessionStorage.removeItem('marketing-cloud-departures');
  } catch {
    // Without storage the page has kept nothing.
  }
}

/** Where to sign in for a 401 of the guard; undefined for any other response. */
function getLoginUrl(response) {
  if (response.status !== 401) return undefined;
  const [, quoted] = CHALLENGE.exec(response.headers.get('www-authenticate') ?? '') ?? [];
  return quoted && getOwnUrl(quoted.replace(/\\(.)/g, '$1'))?.href;
}

function getOwnUrl(text) {
  try {
    const url = new URL(text, location.href);
    return url.origin === location.origin ? url : undefined;
  } catch {
    return undefined;
  }
}

/** Loads the sign-in page in a dialog that is shown only when the page needs its user. */
function runDialog(url) {
  return new Promise((resolve, reject) => {
    const dialog = document.createElement('dialog');
    const frame = document.createElement('iframe');
    const close = document.createElement('button');
    url.hash = DIALOG;
    frame.src = url.href;
    frame.title = 'Sign in to Marketing Cloud';
    // Set one by one: a policy for styles allows that.
    Object.assign(dialog.style, { padding: '0', border: '0', borderRadius: '12px', width: 'min(30rem, 94vw)' });
    Object.assign(frame.style, { display: 'block', border: '0', width: '100%', height: 'min(26rem, 80vh)' });
    Object.assign(close.style, {
      position: 'absolute',
      top: '8px',
      right: '8px',
      font: 'inherit',
      padding: '4px 10px',
    });
    close.textContent = 'Close';
    close.type = 'button';
    dialog.append(frame, close);
    document.body.append(dialog);

    let shown = 'starting';
    const show = () => dialog.open || dialog.showModal();
    const timer = setTimeout(show, SILENT_MS);
    const end = (code) => {
      clearTimeout(timer);
      removeEventListener('message', onMessage);
      dialog.remove();
      if (code === undefined) {
        finished += 1;
        resolve();
      } else reject(Object.assign(new Error(`The sign-in has not been finished: ${code}.`), { code }));
    };
    const onMessage = ({ origin, source, data }) => {
      if (origin !== location.origin || source !== frame.contentWindow) return;
      if (data?.type === 'marketing-cloud:state') {
        clearTimeout(timer);
        shown = data.state;
        if (shown !== 'starting') show();
      } else if (data?.type === 'marketing-cloud:close') {
        dialog.close();
      } else if (data?.type === 'marketing-cloud:finished') {
        end(data.ok ? undefined : (new URL(data.to, location.href).searchParams.get('code') ?? 'sign_in_refused'));
      }
    };
    addEventListener('message', onMessage);
    close.onclick = () => dialog.close();
    dialog.onclose = () => end(shown === 'cookies-blocked' ? 'cookies_blocked' : 'sign_in_closed');
  });
}
