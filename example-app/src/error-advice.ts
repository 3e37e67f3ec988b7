import { ApiError, MarketingCloudError, type ErrorCode } from 'passport-marketing-cloud';
import type { Advice } from './advice';
import type { RefusalCode } from './failure-page';
import { upstreamTextOf } from './upstream-text';

/** The dashboard leads to the login by itself where there is nobody signed in, so it is right in either case. */
const DASHBOARD = '/dashboard';
const AGAIN = { url: DASHBOARD, label: 'Try again' };
const FIVE_MINUTES = 'Changes in Installed Packages take up to five minutes to reach everywhere. Then try again.';

/** What each code of an error means to the person in front of the browser. */
const ERRORS: Readonly<Record<Exclude<ErrorCode, RefusalCode | 'api_error'> | 'account_changed', Advice>> = {
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
  sign_in_loop: {
    title: 'Sign-ins were refused again and again',
    happened: 'Three sign-ins in a row were refused within a minute, so this app does not begin another one.',
    steps: ['Wait a minute, then go back to the start and sign in again.'],
    otherUser: true,
  },
  user_missing: {
    title: 'This app does not know you any more',
    happened: 'Your session has tokens of Marketing Cloud, but no user of this app.',
    steps: [
      'Sign in again.',
      'For the administrator of this app: passport.session() must run before the pages, and deserializeUser must give a user.',
    ],
    retry: { url: DASHBOARD, label: 'Sign in' },
  },
  invalid_user: {
    title: 'This app cannot use your account',
    happened: 'Marketing Cloud let you in, but what this app keeps of its users is not an object.',
    steps: ['For the administrator of this app: verify and deserializeUser must give an object.'],
  },
  account_changed: {
    title: 'Another account is signed in',
    happened: 'The page was opened as one user, and another one has signed in since. Nothing was changed.',
    steps: ['Open the dashboard again.'],
    retry: { url: DASHBOARD, label: 'Open the dashboard' },
  },
};

const UNKNOWN: Advice = {
  title: 'Something went wrong',
  happened: 'This app could not show the page.',
  steps: ['Try again. If it keeps happening, tell whoever runs this app.'],
  retry: AGAIN,
};

/**
 * What to say about an error, by its code and Marketing Cloud's status. Of its texts only `said` is foreign. `again` is the
 * address that a retry leads to.
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
  const advice = { ...(isErrorCode(code) ? ERRORS[code] : UNKNOWN), code };
  return retryAfter === undefined
    ? advice
    : { ...advice, steps: [`Try again in ${spanOf(retryAfter)}.`, ...advice.steps.slice(1)] };
}

function isErrorCode(code: ErrorCode): code is keyof typeof ERRORS & ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

function adviceOnApi(error: ApiError): Advice {
  return { ...adviceByStatus(error), said: upstreamTextOf(error) };
}

function adviceByStatus({ response, errorcode, retryAfter }: ApiError): Advice {
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
      steps: [retryAfter === undefined ? 'Wait a moment, then try again.' : `Try again in ${spanOf(retryAfter)}.`],
      retry: AGAIN,
    };
  }
  if (status === undefined || status >= 500) {
    return {
      title: 'Marketing Cloud has a problem',
      happened: said,
      steps: ['Wait a minute, then try again.'],
      retry: AGAIN,
    };
  }
  return {
    title: 'Marketing Cloud refused the call',
    happened: said,
    steps: ['Correct what was asked for, then try again.'],
    retry: AGAIN,
  };
}

/** Seconds in words, from two minutes on in minutes. */
function spanOf(seconds: number): string {
  if (seconds >= 120) return `${Math.ceil(seconds / 60)} minutes`;
  return seconds === 1 ? '1 second' : `${seconds} seconds`;
}
