import { ApiError, MarketingCloudError, type ErrorCode } from 'passport-marketing-cloud';
import type { Advice } from './advice';

/** The dashboard leads to the login by itself where there is nobody signed in, so it is right in either case. */
const DASHBOARD = '/dashboard';
const AGAIN = { url: DASHBOARD, label: 'Try again' };
const FIVE_MINUTES = 'Changes in Installed Packages take up to five minutes to reach everywhere. Then try again.';

/** What each code of an error means to the person in front of the browser. */
const ERRORS: Partial<Record<ErrorCode, Advice>> = {
  rate_limited: {
    title: 'Marketing Cloud is busy',
    happened: 'It limits how often this app may ask for tokens, and the limit has been reached.',
    steps: ['Wait a moment, then try again.'],
    retry: AGAIN,
  },
  upstream_unavailable: {
    title: 'Marketing Cloud does not answer',
    happened: 'The connection failed, or no answer came in time.',
    steps: ['Wait a minute, then try again.', 'https://trust.salesforce.com tells whether there is an outage.'],
    retry: AGAIN,
  },
  invalid_client: {
    title: 'Marketing Cloud does not accept this app',
    happened: 'It refused the client id or the client secret. Nothing is wrong with your user.',
    steps: [
      'For whoever runs this app: compare MC_CLIENT_ID and MC_CLIENT_SECRET with Setup → Installed Packages → API Integration. A secret expires 180 days after it was made.',
      FIVE_MINUTES,
    ],
    retry: AGAIN,
  },
  authorization_failed: {
    title: 'Marketing Cloud refused the request',
    happened: 'It did not accept what this app asked for. Nothing is wrong with your user.',
    steps: [
      'For whoever runs this app: every scope in MC_SCOPE must be ticked in Setup → Installed Packages → API Integration, and the integration must be a web app or a public app.',
      FIVE_MINUTES,
    ],
    retry: AGAIN,
  },
  invalid_response: {
    title: 'Marketing Cloud gave an answer that makes no sense',
    happened: 'The answer breaks the protocol, so it was not used.',
    steps: ['For whoever runs this app: check MC_SUBDOMAIN, and whether a proxy in between answers instead.'],
    retry: AGAIN,
  },
  tenant_mismatch: {
    title: 'Another tenant answered',
    happened: 'The answer named the addresses of another Marketing Cloud tenant, so it was not used.',
    steps: ['For whoever runs this app: MC_SUBDOMAIN must be the subdomain of the tenant that owns the package.'],
    retry: AGAIN,
  },
  session_unavailable: {
    title: 'This app cannot keep your session',
    happened: 'Its session is missing, or the session cookie would not come back.',
    steps: [
      'Use the address that this app printed at its start.',
      'For whoever runs this app: behind a proxy, the proxy must say X-Forwarded-Proto: https.',
    ],
    retry: AGAIN,
  },
  vault_unavailable: {
    title: 'This app cannot reach its store',
    happened: 'The place where it keeps sign-ins did not answer. You have not been signed out.',
    steps: ['Wait a moment, then try again.'],
    retry: AGAIN,
  },
  sign_in_required: {
    title: 'Your sign-in has ended',
    happened: 'Marketing Cloud does not accept it any more.',
    steps: ['Sign in again.'],
    retry: { url: DASHBOARD, label: 'Sign in' },
  },
  insufficient_scope: {
    title: 'This app may not do that',
    happened: 'It was not given a scope that this page needs. Signing in again would not add it.',
    steps: ['For whoever runs this app: add the scope to MC_SCOPE and to the package in Setup → Installed Packages.'],
  },
};

const UNKNOWN: Advice = {
  title: 'Something went wrong',
  happened: 'This app could not show the page.',
  steps: ['Try again. If it keeps happening, tell whoever runs this app.'],
  retry: AGAIN,
};

/**
 * What to say about an error. Nothing of its own text is in it: only its code and Marketing Cloud's status. `again` is
 * the address that a retry leads to.
 */
export function adviceOn(error: unknown, again = DASHBOARD): Advice {
  const advice = find(error);
  return { ...advice, ...(advice.retry !== undefined && { retry: { ...advice.retry, url: again } }) };
}

/** The same for the rows of a data extension. */
export function adviceOnRows(error: unknown, again: string): Advice {
  const advice = adviceOn(error, again);
  if (!(error instanceof ApiError) || error.response?.status !== 404) return advice;
  return {
    ...advice,
    title: 'No such data extension',
    happened: 'This business unit has no data extension with this external key.',
    steps: ['The external key is in Email Studio or Contact Builder, on the data extension’s own page.'],
  };
}

function find(error: unknown): Advice {
  if (error instanceof ApiError) return adviceOnApi(error);
  if (!(error instanceof MarketingCloudError)) return UNKNOWN;
  const { code, retryAfter } = error;
  const advice = { ...(ERRORS[code] ?? UNKNOWN), code };
  return retryAfter === undefined
    ? advice
    : { ...advice, steps: [`Try again in ${seconds(retryAfter)}.`, ...advice.steps.slice(1)] };
}

function adviceOnApi({ response, errorcode, retryAfter }: ApiError): Advice {
  const status = response?.status;
  const errorcodeText = errorcode === undefined || errorcode === 0 ? '' : `, errorcode ${errorcode}`;
  const said = `Marketing Cloud answered ${status ?? 'with an error'}${errorcodeText}.`;
  if (status === 403 || status === 401) {
    return {
      title: 'Not allowed',
      happened: `Your user, or this app, has no right to see this. ${said}`,
      steps: [
        'It takes both: the scope in Setup → Installed Packages, and the permission in your user’s role. A change in Installed Packages takes up to five minutes.',
      ],
      retry: AGAIN,
    };
  }
  if (status === 404) {
    return {
      title: 'Not found',
      happened: `There is no such thing in this business unit. ${said}`,
      steps: ['Check what was asked for.'],
    };
  }
  if (status === 429 || status === 503) {
    return {
      title: 'Marketing Cloud is busy',
      happened: `It asks to wait. ${said}`,
      steps: [retryAfter === undefined ? 'Wait a moment, then try again.' : `Try again in ${seconds(retryAfter)}.`],
      retry: AGAIN,
    };
  }
  return {
    title: status !== undefined && status >= 500 ? 'Marketing Cloud has a problem' : 'Marketing Cloud refused the call',
    happened: said,
    steps: ['Wait a minute, then try again.'],
    retry: AGAIN,
  };
}

function seconds(count: number): string {
  return count === 1 ? '1 second' : `${count} seconds`;
}
