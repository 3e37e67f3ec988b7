import type { MarketingCloudError } from '../../../errors';
import type { Facts } from '../facts';
import { failed, passed, skipped, warned, type Finding } from '../finding';
import { explainFailure } from '../network-failure';
import { PAGES } from '../pages';
import type { Rule } from '../rule';

const WAIT = 'A change in Installed Packages takes up to five minutes to have an effect.';

/** What `reason` of the error says of the package as a whole, with the page. */
const PACKAGE_FAULTS: Readonly<Record<string, readonly [message: string, docs: string]>> = {
  legacy_package: ['The API integration belongs to a legacy package, which has no /v2/token.', PAGES.createIntegration],
  enhanced_package: ['The call reached the endpoint of legacy packages.', PAGES.createIntegration],
  wrong_integration_type: ['The API integration is of a type that cannot sign users in.', PAGES.flow],
};

export const tokenRules: readonly Rule[] = [
  {
    id: 'token-endpoint',
    subject: 'Marketing Cloud',
    title: 'The token endpoint answers',
    docs: PAGES.token,
    check: checkEndpoint,
  },
  {
    id: 'address-allowlist',
    subject: 'Marketing Cloud',
    title: 'Marketing Cloud lets this IP address in',
    docs: PAGES.considerations,
    check: withAnswer(checkAddress),
  },
  {
    id: 'package-type',
    subject: 'Marketing Cloud',
    title: 'The package can sign users in',
    docs: PAGES.createIntegration,
    check: withAnswer(checkPackage),
  },
  {
    id: 'client-credentials',
    subject: 'Marketing Cloud',
    title: 'Marketing Cloud accepts client id and secret',
    docs: PAGES.token,
    check: withAnswer(checkCredentials),
  },
];

async function checkEndpoint({ probes, tenant }: Facts): Promise<Finding> {
  const answer = await probes.token();
  if (answer === undefined || tenant === undefined) {
    return skipped('MC_SUBDOMAIN, MC_CLIENT_ID, MC_CLIENT_SECRET or MC_CALLBACK_URL is missing or cannot be used.');
  }
  const { error } = answer;
  const { host } = new URL(tenant.authBaseUrl);
  if (error?.response === undefined) {
    const { what, fix } = explainFailure(error);
    return failed(`${host} ${what}.`, fix);
  }
  if (error.code === 'rate_limited') {
    const wait = error.retryAfter === undefined ? 'Wait a minute' : `Wait ${error.retryAfter} s`;
    return warned(
      'Marketing Cloud limits token requests at the moment.',
      `${wait}, then run the doctor again. Keep tokens until they are due: do not ask for one for each call.`,
      PAGES.rateLimits,
    );
  }
  const { status } = error.response;
  if (error.code === 'upstream_unavailable') {
    return failed(`${host} answers ${status}.`, 'Wait, and look at https://status.salesforce.com for your stack.');
  }
  return status < 400
    ? notMarketingCloud(host, status)
    : passed(`${host} answers ${status} to a made-up code, as it should`);
}

function notMarketingCloud(host: string, status: number): Finding {
  return failed(
    `${host} answers ${status} to a made-up code.`,
    'Check MC_BASE_URL_TEMPLATE, and any proxy in between, which may have answered in place of Marketing Cloud.',
  );
}

/** A rule on what the token endpoint has said of the client. */
function withAnswer(check: (error: MarketingCloudError, facts: Facts) => Finding): (facts: Facts) => Promise<Finding> {
  return async (facts) => {
    const error = (await facts.probes.token())?.error;
    const status = error?.response?.status ?? 0;
    const hasAnswer = status >= 400 && error?.code !== 'upstream_unavailable' && error?.code !== 'rate_limited';
    return error === undefined || !hasAnswer ? skipped('The token endpoint has not answered.') : check(error, facts);
  };
}

function checkAddress({ reason }: MarketingCloudError): Finding {
  return reason === 'ip_not_allowed'
    ? failed(
        'Marketing Cloud refuses the IP address of this machine.',
        "Add this machine's outgoing IP addresses to the allowlist in Setup, Security, Security Settings. Customers of an AppExchange app add yours: publish them.",
      )
    : passed('from this machine; other machines of the app may have other addresses');
}

function checkPackage({ reason, hint }: MarketingCloudError): Finding {
  const [message, docs] = PACKAGE_FAULTS[reason ?? ''] ?? [];
  if (message !== undefined) return failed(message, hint, docs);
  return reason === 'ip_not_allowed'
    ? skipped('The address is refused before the package is looked at.')
    : passed('an enhanced package, as /v2/token wants');
}

function checkCredentials({ code, reason, response }: MarketingCloudError, { get }: Facts): Finding {
  if (reason === 'ip_not_allowed' || Object.hasOwn(PACKAGE_FAULTS, reason ?? '')) {
    return skipped('The call was refused for the reason above.');
  }
  if (reason === 'unknown_client_id') {
    return failed(
      'MC_CLIENT_ID is not known at this tenant. The secret was not looked at.',
      `Copy Client Id from Setup, Installed Packages, API Integration, and check that MC_SUBDOMAIN is of the same tenant. ${WAIT}`,
    );
  }
  const hasSecret = get('MC_CLIENT_SECRET') !== undefined;
  if (reason === 'client_authentication_failed') {
    return failed(
      hasSecret
        ? 'MC_CLIENT_ID is known, but MC_CLIENT_SECRET is wrong or expired, or the package is not installed or enabled at this tenant.'
        : 'MC_CLIENT_ID is known, but MC_CLIENT_SECRET is not set: the integration is a web app.',
      `Generate a client secret in Setup, Installed Packages, API Integration, activate it, and set MC_CLIENT_SECRET. Secrets expire after 180 days; those from before the change expired on 30 September 2026. ${WAIT}`,
      PAGES.rotateSecret,
    );
  }
  if (code === 'invalid_client') {
    return failed(
      'MC_CLIENT_ID or MC_CLIENT_SECRET is wrong.',
      `Copy both again from Setup, Installed Packages, API Integration. ${WAIT}`,
    );
  }
  if (code === 'sign_in_expired') return passed(hasSecret ? 'only the made-up code is refused' : 'as a public app');
  return warned(
    `The answer ${response?.status ?? ''} blames neither, and not the made-up code.`,
    'Sign in once: the error of the app says more.',
  );
}
