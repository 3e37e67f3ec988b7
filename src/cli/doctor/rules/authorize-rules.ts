import { MarketingCloudError } from '../../../errors';
import { assertAuthorized, parseAuthorizationResponse } from '../../../protocol/authorization-response';
import type { Facts } from '../facts';
import { failed, passed, skipped, warned, type Finding } from '../finding';
import { explainFailure } from '../network-failure';
import { PAGES } from '../pages';
import type { AuthorizeAnswer } from '../probes/authorize-probe';
import type { Rule } from '../rule';
import { showUrl } from './callback-rules';

type Answer = Exclude<AuthorizeAnswer, { error: unknown }>;

const WAIT = 'A change takes up to five minutes to have an effect.';

export const authorizeRules: readonly Rule[] = [
  {
    id: 'redirect-url-registered',
    subject: 'Marketing Cloud',
    title: 'The redirect URL is registered',
    docs: PAGES.considerations,
    check: checkRedirectUrl,
  },
  {
    id: 'scope-granted',
    subject: 'Marketing Cloud',
    title: 'The package has the scopes',
    docs: PAGES.authorize,
    check: checkScope,
  },
];

/**
 * Marketing Cloud redirects a valid request to its login page, and reports faults to the callback URL; but for a client or
 * a redirect URL that it does not know, it shows a page of its own:
 * https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/integration-app-auth-code.html
 */
async function checkRedirectUrl({ probes, callback, tenant }: Facts): Promise<Finding> {
  const answer = await probes.authorize();
  if (answer === undefined || callback === undefined || tenant === undefined) {
    return skipped('MC_SUBDOMAIN, MC_CLIENT_ID or MC_CALLBACK_URL is missing or cannot be used.');
  }
  const { host } = new URL(tenant.authBaseUrl);
  if (!hasAnswered(answer)) {
    const { what, fix } = explainFailure(answer.error);
    return failed(`${host} ${what}.`, fix);
  }
  if (isAtCallback(answer.location, callback)) return passed(`${showUrl(callback)}: Marketing Cloud redirects there`);
  if (answer.location !== undefined) return judgeRedirect(answer.location, callback, host);
  return judgePage(answer, callback, host);
}

function judgeRedirect(location: URL, callback: URL, host: string): Finding {
  const isLogin = /(?:^|\.)exacttarget\.com$/.test(location.hostname) || location.pathname.includes('/hub-cas/login');
  if (isLogin) return passed(`with ${showUrl(callback)}, the browser gets to the login page`);
  return warned(
    `${host} redirects to ${location.host}, which is not known as a login page.`,
    'Open the login route of the app in a browser and see where it ends; a proxy in between may have answered.',
  );
}

/** A page in place of a redirect. Its text differs; the words `client` and `redirect` are all that counts. */
function judgePage({ status, text }: Answer, callback: URL, host: string): Finding {
  if (status === 429)
    return warned(
      `${host} limits requests at the moment.`,
      'Wait a minute, then run the doctor again.',
      PAGES.rateLimits,
    );
  if (status >= 500)
    return failed(`${host} answers ${status}.`, 'Wait, and look at https://status.salesforce.com for your stack.');
  const page = `Marketing Cloud shows a page (${status}) in place of the login, and never comes back to the app`;
  const register = `Register ${showUrl(callback)}, letter by letter, under Redirect URIs in Setup, Installed Packages, API Integration; or set MC_CALLBACK_URL to one that is there. ${WAIT}`;
  if (/redirect[ _-]?ur[il]/i.test(text)) return failed(`${page}: the redirect URL is not registered.`, register);
  if (/client[ _-]?id|invalid[ _-]client/i.test(text)) {
    return failed(
      `${page}: MC_CLIENT_ID is not known at this tenant.`,
      `Copy Client Id from Setup, Installed Packages, API Integration, and check that MC_SUBDOMAIN is of the same tenant. ${WAIT}`,
      PAGES.token,
    );
  }
  if (status < 400) {
    return warned(
      `${host} answers ${status} in place of a redirect to the login page.`,
      'Open the login route of the app in a browser and see what it shows.',
    );
  }
  return failed(`${page}: the redirect URL or MC_CLIENT_ID is not known.`, `${register} Compare MC_CLIENT_ID, too.`);
}

async function checkScope({ probes, callback, get }: Facts): Promise<Finding> {
  const answer = await probes.authorize();
  if (answer === undefined || callback === undefined || !hasAnswered(answer))
    return skipped('The authorize page has not answered.');
  const { location } = answer;
  if (location === undefined) return skipped('The request was refused before its scopes were looked at.');
  if (!isAtCallback(location, callback))
    return passed(get('MC_SCOPE') === undefined ? 'none was asked for' : 'all that were asked for');
  const error = parseError(location);
  if (error?.response?.error === 'invalid_scope') {
    return failed(
      'The package lacks a scope of MC_SCOPE.',
      `Tick the scopes in Setup, Installed Packages, API Integration, or take them out of MC_SCOPE. ${WAIT}`,
    );
  }
  return failed(
    'Marketing Cloud refuses the sign-in.',
    error?.hint ?? 'Sign in once: the error of the app says more.',
    PAGES.flow,
  );
}

function parseError(location: URL): MarketingCloudError | undefined {
  try {
    assertAuthorized(parseAuthorizationResponse(location.searchParams));
    return undefined;
  } catch (error) {
    return error instanceof MarketingCloudError ? error : undefined;
  }
}

function isAtCallback(location: URL | undefined, callback: URL): boolean {
  return location?.origin === callback.origin && location.pathname === callback.pathname;
}

function hasAnswered(answer: AuthorizeAnswer): answer is Answer {
  return 'status' in answer;
}
