import type { ErrorCode } from 'passport-marketing-cloud';

/** What a page or a part of a page says about an error: what happened, and what to do. */
export interface Advice {
  readonly title: string;
  readonly happened: string;
  /** What Marketing Cloud wrote about it. Text from outside, so the template escapes it. */
  readonly upstreamText?: string | undefined;
  /** What to do, in order. */
  readonly steps: readonly string[];
  /** A link that helps. Without it, the page links to the start page. */
  readonly retry?: { readonly url: string; readonly label: string } | undefined;
  /** The package's code of the error. */
  readonly code?: string | undefined;
  /** The address of the page about the error, for developers. */
  readonly docs?: string | undefined;
  /** Whether another user could sign in. The page then says how to switch users. */
  readonly suggestsOtherUser?: boolean | undefined;
  /** The region of the source that made the page. */
  readonly source?: string | undefined;
}

/** Codes of a refused sign-in: something that the user or the browser did. All other codes are errors. */
export type RefusalCode =
  | 'invalid_callback'
  | 'invalid_state'
  | 'access_denied'
  | 'user_not_licensed'
  | 'tenant_not_allowed'
  | 'sign_in_expired'
  | 'business_unit_denied'
  | 'sign_in_refused';

const DASHBOARD = '/dashboard';
const SIGN_IN_AGAIN = { url: '/login', label: 'Try again' };
/** The dashboard redirects to the login if necessary, so this is right with and without a user. */
const TRY_AGAIN = { url: DASHBOARD, label: 'Try again' };
const FIVE_MINUTES = 'Changes in Installed Packages can take five minutes to take effect.';

/** The texts of a refused sign-in, by code. */
export const REFUSAL_TEXTS: Readonly<Record<RefusalCode, Advice>> = {
  invalid_callback: {
    title: 'The answer was incomplete',
    happened: 'Marketing Cloud sent the browser back with an address that is incomplete or has been changed.',
    steps: ['Start the sign-in again. Do not bookmark or reload the address in between.'],
    retry: SIGN_IN_AGAIN,
  },
  invalid_state: {
    title: 'This sign-in is no longer valid',
    happened: 'It was started in another browser, has already finished, or is older than ten minutes.',
    steps: [
      'Start the sign-in again.',
      'If this page comes back: allow cookies for this site, and use the same address to start and to return.',
    ],
    retry: SIGN_IN_AGAIN,
  },
  access_denied: {
    title: 'Access was denied',
    happened: 'Marketing Cloud reported that access to your account was denied. This app received no data.',
    steps: ['If you did not intend that, start the sign-in again and allow access.'],
    retry: SIGN_IN_AGAIN,
  },
  user_not_licensed: {
    title: 'Your user has no licence for this app',
    happened: 'You signed in to Marketing Cloud, but your user may not use this installed package.',
    steps: [
      'Ask an administrator: Setup → Installed Packages → this package → Access → license your user, or all users.',
      `${FIVE_MINUTES} Then go back to the start and sign in again.`,
    ],
    suggestsOtherUser: true,
  },
  tenant_not_allowed: {
    title: 'This Marketing Cloud account may not sign in here',
    happened: 'You signed in to a Marketing Cloud tenant that this app does not serve.',
    steps: ['Sign in with a user of the tenant that this app belongs to.'],
    suggestsOtherUser: true,
  },
  sign_in_expired: {
    title: 'The sign-in took too long, or was used twice',
    happened:
      'Marketing Cloud’s authorization code is valid for a few minutes and can be used once. The Back button uses it again.',
    steps: ['Start the sign-in again.'],
    retry: SIGN_IN_AGAIN,
  },
  business_unit_denied: {
    title: 'No access to this business unit',
    happened: 'Your user, or this app, is not enabled for the requested business unit.',
    steps: [
      'Ask an administrator to give your user access to the business unit, and to enable the package for it: Setup → Installed Packages → this package → Access.',
      `${FIVE_MINUTES} Then go back to the start and sign in again.`,
    ],
    suggestsOtherUser: true,
  },
  sign_in_refused: {
    title: 'This app refused your sign-in',
    happened: 'You signed in to Marketing Cloud, but the rules of this app do not allow your user.',
    steps: ['Ask the administrator of this app to allow your user.'],
    suggestsOtherUser: true,
  },
};

/** The text for a code that is not in the table. The page does not show the code: anyone can write one in the address. */
export const UNKNOWN_REFUSAL_TEXT: Advice = {
  title: 'The sign-in failed',
  happened: 'Marketing Cloud did not sign you in. The reason is not known.',
  steps: ['Start the sign-in again. If it keeps failing, tell the administrator of this app.'],
  retry: SIGN_IN_AGAIN,
};

/** The texts of an error, by code. The advice about an `api_error` depends on its status (`error-advice.ts`). */
export const ERROR_TEXTS: Readonly<Record<Exclude<ErrorCode, RefusalCode | 'api_error'> | 'account_changed', Advice>> =
  {
    rate_limited: {
      title: 'Marketing Cloud is busy',
      happened: 'It limits how often this app may request tokens, and the limit has been reached.',
      steps: ['Wait a moment, then try again.'],
      retry: TRY_AGAIN,
    },
    upstream_unavailable: {
      title: 'Marketing Cloud does not answer',
      happened: 'The connection failed, or no answer came in time.',
      steps: ['Wait a minute, then try again.', 'https://status.salesforce.com shows whether there is an outage.'],
      retry: TRY_AGAIN,
    },
    invalid_client: {
      title: 'Marketing Cloud does not accept this app',
      happened: 'It refused the client id or the client secret. Your user is not the problem.',
      steps: [
        'For the administrator of this app: compare MC_CLIENT_ID and MC_CLIENT_SECRET with Setup → Installed Packages → API Integration. A secret expires after 180 days.',
        `${FIVE_MINUTES} Then try again.`,
      ],
      retry: TRY_AGAIN,
    },
    authorization_failed: {
      title: 'Marketing Cloud refused the request',
      happened: 'It did not accept what this app requested. Your user is not the problem.',
      steps: [
        'For the administrator of this app: every scope in MC_SCOPE must be ticked in Setup → Installed Packages → API Integration, and the integration must be a web app or a public app.',
        `${FIVE_MINUTES} Then try again.`,
      ],
      retry: TRY_AGAIN,
    },
    invalid_response: {
      title: 'Marketing Cloud sent an invalid answer',
      happened: 'The answer does not follow the protocol, so it was not used.',
      steps: [
        'For the administrator of this app: check MC_SUBDOMAIN, and whether a proxy answers in place of Marketing Cloud.',
      ],
      retry: TRY_AGAIN,
    },
    tenant_mismatch: {
      title: 'Another tenant answered',
      happened: 'The answer contained the addresses of another Marketing Cloud tenant, so it was not used.',
      steps: [
        'For the administrator of this app: MC_SUBDOMAIN must be the subdomain of the tenant that owns the package.',
      ],
      retry: TRY_AGAIN,
    },
    session_unavailable: {
      title: 'This app cannot keep your session',
      happened: 'There is no session, or the browser would not send its cookie back.',
      steps: [
        'Use the address that this app printed when it started.',
        'For the administrator of this app: a proxy must send X-Forwarded-Proto: https.',
      ],
      retry: TRY_AGAIN,
    },
    vault_unavailable: {
      title: 'This app cannot reach its store',
      happened: 'The store of the sign-ins did not answer. You have not been signed out.',
      steps: ['Wait a moment, then try again.'],
      retry: TRY_AGAIN,
    },
    sign_in_required: {
      title: 'Your sign-in has ended',
      happened: 'Marketing Cloud no longer accepts it.',
      steps: ['Sign in again.'],
      retry: { url: DASHBOARD, label: 'Sign in' },
    },
    insufficient_scope: {
      title: 'This app may not do that',
      happened: 'This page needs a scope that the app does not have. A new sign-in would not add it.',
      steps: [
        'For the administrator of this app: add the scope to MC_SCOPE, and to the package in Setup → Installed Packages.',
      ],
    },
    sign_in_loop: {
      title: 'Too many refused sign-ins',
      happened: 'Three sign-ins were refused within a minute, so this app does not start another one now.',
      steps: ['Wait a minute, then go back to the start and sign in again.'],
      suggestsOtherUser: true,
    },
    user_missing: {
      title: 'Your session has no user',
      happened: 'Your session has tokens of Marketing Cloud, but no user of this app.',
      steps: [
        'Sign in again.',
        'For the administrator of this app: passport.session() must run before the pages, and deserializeUser must return a user.',
      ],
      retry: { url: DASHBOARD, label: 'Sign in' },
    },
    invalid_user: {
      title: 'This app cannot use your account',
      happened: 'You signed in to Marketing Cloud, but the user object of this app is invalid.',
      steps: ['For the administrator of this app: verify and deserializeUser must return an object.'],
    },
    account_changed: {
      title: 'Another account is signed in',
      happened: 'Another user has signed in since this page was opened. Nothing was changed.',
      steps: ['Open the dashboard again.'],
      retry: { url: DASHBOARD, label: 'Open the dashboard' },
    },
  };

/** The text for an error without a code. */
export const UNKNOWN_ERROR_TEXT: Advice = {
  title: 'Something went wrong',
  happened: 'This app could not show the page.',
  steps: ['Try again. If it keeps failing, tell the administrator of this app.'],
  retry: TRY_AGAIN,
};
