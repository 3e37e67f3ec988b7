import type { Request, RequestHandler, Response } from 'express';
import type { DefaultUser, StrategyOptions } from 'passport-marketing-cloud';
import type { BusinessUnit } from '../api/soap-data';

/** A user of the emulator. */
export interface EmulatorUser {
  readonly username: string;
  readonly name: string;
  /** What happens when this user signs in. */
  readonly about: string;
}

/** What the pages show about the emulator. */
export interface EmulatorFacts {
  readonly users: readonly EmulatorUser[];
  /** Signs out of the emulator. The page there links back to this app. */
  readonly signOutUrl: string;
  readonly dataExtensionKeys: readonly string[];
  readonly businessUnits: readonly BusinessUnit[];
}

/** What the pages show about this app. It contains no secret. */
export interface SiteFacts {
  readonly subdomain: string;
  readonly clientID: string;
  readonly callbackURL: string;
  readonly isPublicApp: boolean;
  /** Whether it runs inside Marketing Cloud, too. */
  readonly isEmbedded: boolean;
  /** Not set if a tenant is configured. */
  readonly emulator: EmulatorFacts | undefined;
}

const SECURITY_HEADERS = {
  // The pages need one stylesheet, one icon and their forms. The Token page adds its script.
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  // Not `no-referrer`: the browser would then send `Origin: null` with the sign-out form.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/** Sets security headers on each response. */
export const setSecurityHeaders: RequestHandler = (_req, res, next) => {
  res.set(SECURITY_HEADERS);
  next();
};

/**
 * Creates a middleware that accepts forms of this app's pages only. The session cookie is no proof of that: the browser
 * also sends it with a form of another site. Browsers send `Sec-Fetch-Site`, older ones only `Origin`.
 */
export function requireSameOrigin(origin: string): RequestHandler {
  return function sameOriginOnly(req, res, next) {
    const site = req.headers['sec-fetch-site'];
    if (site === undefined ? req.headers.origin === origin : site === 'same-origin') {
      next();
      return;
    }
    res.status(403);
    renderPage(req, res, 'advice', 'Form refused', {
      title: 'Form refused',
      happened: 'The form was not sent by a page of this app. Nothing was changed.',
      steps: ['Open the dashboard and use the form there.'],
      retry: { url: '/dashboard', label: 'Open the dashboard' },
    });
  };
}

/** Gets the facts about this app from the strategy's options. */
export function getSiteFacts(
  options: StrategyOptions & { callbackURL: string },
  emulator: EmulatorFacts | undefined,
  isEmbedded: boolean,
): SiteFacts {
  const { subdomain = '', clientID = '', callbackURL } = options;
  return {
    subdomain,
    clientID,
    callbackURL,
    isPublicApp: !Object.hasOwn(options, 'clientSecret'),
    isEmbedded,
    emulator,
  };
}

/** Gets the facts that `createApp` has put on the app. Templates see them as `site`. */
export function getSite(req: Request): SiteFacts {
  return req.app.locals['site'] as SiteFacts;
}

/**
 * Gets the signed-in user. Without a `verify` function the strategy creates a `DefaultUser`. An app declares that once,
 * and then needs no cast: `declare global { namespace Express { interface User extends DefaultUser {} } }`.
 */
export function getUser(req: Request): DefaultUser | undefined {
  return req.isAuthenticated() ? (req.user as DefaultUser) : undefined;
}

/** Renders a template from the `views` folder. Pages depend on the user, so caches must not store them. */
export function renderPage(req: Request, res: Response, template: string, title: string, view: object): void {
  res.set('Cache-Control', 'no-store');
  // An error can occur before Passport has added its methods to the request.
  const user = 'isAuthenticated' in req ? getUser(req) : undefined;
  res.render(template, { title, view, path: req.path, userName: user?.displayName });
}
