import { isLoopback } from '../../../tenant';
import type { Facts } from '../facts';
import { failed, passed, skipped, warned, type Finding } from '../finding';
import { explainFailure } from '../network-failure';
import { PAGES } from '../pages';
import { shakeHands } from '../probes/host-probes';
import type { Rule } from '../rule';
import { showUrl } from './callback-rules';

const START = 'Start the app, then run the doctor again.';
const COOKIE =
  "Behind a proxy that ends TLS: app.set('trust proxy', 1), and session({ cookie: { secure: true } }). Never sameSite: 'strict'. Inside Marketing Cloud, spread embeddedCookie into cookie.";
const REFUSED_COOKIE =
  "Set secure: true in the cookie's options, and path: '/' for a name that begins with __Host-; for the session of an app inside Marketing Cloud, session({ cookie: embeddedCookie }). Behind a proxy that ends TLS: app.set('trust proxy', 1). On plain http, as in development: sameSite: 'lax', and a name without the prefix.";

export const appRules: readonly Rule[] = [
  {
    id: 'app-tls',
    subject: 'The app',
    title: 'Browsers trust the certificate of the app',
    docs: PAGES.nodeCertificates,
    check: checkTls,
  },
  {
    id: 'app-callback',
    subject: 'The app',
    title: 'The app has a route at the redirect URL',
    docs: PAGES.considerations,
    check: checkCallback,
  },
  {
    id: 'app-cookies',
    subject: 'The app',
    title: 'Cookies of the app come back',
    docs: PAGES.behindProxies,
    check: checkCookies,
  },
];

async function checkTls({ callback }: Facts): Promise<Finding> {
  if (callback === undefined) return skipped('MC_CALLBACK_URL cannot be read.');
  if (callback.protocol !== 'https:') return skipped('The redirect URL is not https.');
  try {
    return passed(`${callback.host} speaks ${await shakeHands(callback)}`);
  } catch (error) {
    const { what, fix } = explainFailure(error);
    if (what === 'refuses connections') return skipped(`${callback.host} ${what}: the app does not run.`, START);
    return isLoopback(callback)
      ? warned(
          `${callback.host} ${what}.`,
          'Trust the certificate of the app on this machine: npx passport-marketing-cloud cert says how. Until then browsers ask, and frames stay empty.',
        )
      : failed(`${callback.host} ${what}.`, fix);
  }
}

async function checkCallback({ probes, callback, get }: Facts): Promise<Finding> {
  const answer = await probes.app();
  if (answer === undefined || callback === undefined) return skipped('MC_CALLBACK_URL cannot be read.');
  if (!('status' in answer)) {
    const { what, fix } = explainFailure(answer.error);
    return skipped(`${callback.host} ${what}.`, what === 'refuses connections' ? START : fix);
  }
  const { status, location, isPackagePage } = answer;
  const route = `app.get('${callback.pathname}', passport.authenticate('marketing-cloud', …))`;
  if (status === 404 || status === 405) {
    return failed(
      `The app answers ${status} at ${showUrl(callback)}.`,
      `Mount the callback route at ${callback.pathname}: ${route}.`,
    );
  }
  if (isPackagePage) return passed(`it answers ${status} with a page of the package`);
  if (status >= 200 && status < 300) {
    return warned(
      `The app answers ${status} at ${showUrl(callback)} in place of a redirect to Marketing Cloud, as a route for all paths does.`,
      `Mount the callback route at ${callback.pathname}, before any route for all paths: ${route}, or signInRoutes(strategy).`,
    );
  }
  const redirectUri = location?.searchParams.get('redirect_uri');
  if (location === undefined || typeof redirectUri !== 'string') return passed(`it answers ${status}`);
  if (redirectUri !== get('MC_CALLBACK_URL')) {
    return failed(
      'The running app sends another redirect URL than MC_CALLBACK_URL.',
      'Give the app the same variables as the doctor, or name its file with --env.',
    );
  }
  if (location.searchParams.get('client_id') !== get('MC_CLIENT_ID')) {
    return failed(
      'The running app sends another client id than MC_CLIENT_ID.',
      'Give the app the same variables as the doctor, or name its file with --env.',
    );
  }
  return passed('it begins a sign-in with the same redirect URL and client id');
}

async function checkCookies({ probes }: Facts): Promise<Finding> {
  const answer = await probes.app();
  if (answer === undefined || !('status' in answer)) return skipped('Only a running app shows this.', COOKIE);
  if (answer.refusedCookie !== undefined)
    return failed(`Browsers refuse a cookie of the app: it ${answer.refusedCookie}.`, REFUSED_COOKIE);
  if (answer.location?.searchParams.has('redirect_uri') === true)
    return passed('the login route has accepted its session cookie');
  return answer.status >= 500
    ? failed(
        `The app answers ${answer.status} when a sign-in begins.`,
        `Look at its log for the error and its hint. ${COOKIE}`,
      )
    : skipped('The app begins no sign-in at its redirect URL.', COOKIE);
}
