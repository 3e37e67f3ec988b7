import type { Request, Response } from 'express';
import { MarketingCloudError } from 'passport-marketing-cloud';
import type { Advice } from './advice';
import { sendPage } from './page';

const AGAIN = { url: '/login', label: 'Try again' };

/** How Passport's `fail` ends a sign-in: what the user or the browser did. Everything else is an error. */
export type RefusalCode =
  | 'invalid_callback'
  | 'invalid_state'
  | 'access_denied'
  | 'user_not_licensed'
  | 'tenant_not_allowed'
  | 'sign_in_expired'
  | 'business_unit_denied'
  | 'sign_in_refused';

/** What each code of a refused sign-in means to the person in front of the browser. */
const FAILURES: Readonly<Record<RefusalCode, Advice>> = {
  invalid_callback: {
    title: 'That was not a complete answer',
    happened: 'Marketing Cloud sent the browser back with an address that is incomplete or has been altered.',
    steps: ['Start the sign-in again. Do not bookmark or reload the address in between.'],
    retry: AGAIN,
  },
  invalid_state: {
    title: 'This sign-in is not valid any more',
    happened: 'It was started in another browser, is already finished, or is older than ten minutes.',
    steps: [
      'Start the sign-in again.',
      'If this page comes back: allow cookies for this site, and use the same address to start and to return.',
    ],
    retry: AGAIN,
  },
  access_denied: {
    title: 'Access was not allowed',
    happened: 'Marketing Cloud said that access to your account was denied. Nothing has been shared with this app.',
    steps: ['If that was not meant, start the sign-in again and allow access.'],
    retry: AGAIN,
  },
  user_not_licensed: {
    title: 'Your user has no licence for this app',
    happened: 'You signed in to Marketing Cloud, but your user may not use this installed package.',
    steps: [
      'Ask an administrator: Setup → Installed Packages → this package → Access → license your user, or all users.',
      'Changes in Installed Packages take up to five minutes to reach everywhere.',
      'Then go back to the start and sign in again.',
    ],
    otherUser: true,
  },
  tenant_not_allowed: {
    title: 'This Marketing Cloud account may not sign in here',
    happened: 'You signed in to a Marketing Cloud tenant that this app does not serve.',
    steps: ['Sign in with a user of the tenant that this app belongs to.'],
    otherUser: true,
  },
  sign_in_expired: {
    title: 'The sign-in took too long, or was used twice',
    happened:
      'The code that Marketing Cloud hands out is good for a few minutes and for one use. Going back in the browser uses it again.',
    steps: ['Start the sign-in again.'],
    retry: AGAIN,
  },
  business_unit_denied: {
    title: 'No access to this business unit',
    happened: 'Your user, or this app, is not enabled for the business unit that the app asked for.',
    steps: [
      'Ask an administrator to give your user access to the business unit, and to enable the package for it: Setup → Installed Packages → this package → Access.',
      'Changes in Installed Packages take up to five minutes to reach everywhere.',
      'Then go back to the start and sign in again.',
    ],
    otherUser: true,
  },
  sign_in_refused: {
    title: 'This app does not let you in',
    happened: 'Marketing Cloud knows you, but this app decides by its own rules who may enter, and it said no.',
    steps: ['Ask whoever runs this app to let your user in.'],
    otherUser: true,
  },
};

const UNKNOWN_STATUS = 400;

/** For a code that this app does not know: it is never shown. */
const UNKNOWN: Advice = {
  title: 'The sign-in did not work',
  happened: 'Marketing Cloud did not sign you in, and there is no more to say about why.',
  steps: ['Start the sign-in again. If it keeps happening, tell whoever runs this app.'],
  retry: AGAIN,
};

/** The page of a refused sign-in, with the status that the package has for its code. */
export function showFailure(req: Request, res: Response): void {
  const { code } = req.query;
  const advice = isRefusalCode(code) ? { ...FAILURES[code], code } : UNKNOWN;
  res.status(isRefusalCode(code) ? new MarketingCloudError(code).status : UNKNOWN_STATUS);
  sendPage(req, res, 'advice', advice.title, advice);
}

function isRefusalCode(code: unknown): code is RefusalCode {
  return typeof code === 'string' && Object.hasOwn(FAILURES, code);
}
