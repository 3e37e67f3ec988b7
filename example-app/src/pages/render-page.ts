import { STATUS_CODES } from 'node:http';
import { join } from 'node:path';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import type { DefaultUser, StrategyOptions } from 'passport-marketing-cloud';
import { findSourceLinks, type SourceLink } from './source-links';

export interface BusinessUnit {
  /** The MID. */
  readonly id: number;
  readonly name: string;
}

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
  /** The lines that made each card, by the name of their region. */
  readonly sources: ReadonlyMap<string, SourceLink>;
}

const FOLDER = join(__dirname, '..', '..');

/**
 * Sets up the pages: their templates, the facts that all of them show, security headers, and the files in `public`.
 *
 * @param emulator not set if a tenant is configured
 */
export function setUpPages(
  app: Express,
  options: StrategyOptions & { callbackURL: string },
  emulator: EmulatorFacts | undefined,
  isEmbedded: boolean,
): void {
  const { subdomain = '', clientID = '', callbackURL } = options;
  const isPublicApp = !Object.hasOwn(options, 'clientSecret');
  const sources = findSourceLinks(FOLDER);
  const site: SiteFacts = { subdomain, clientID, callbackURL, isPublicApp, isEmbedded, emulator, sources };
  app.locals['site'] = site;
  app.set('view engine', 'ejs');
  app.set('views', join(FOLDER, 'views'));
  app.disable('x-powered-by');
  app.use(setSecurityHeaders(emulator));
  app.use('/public', express.static(join(FOLDER, 'public'), { index: false }));
}

/**
 * Creates a middleware that sets security headers. The pages need one stylesheet, one icon and their forms. With the
 * emulator a form may also lead to its login page: browsers apply `form-action` to redirects, too.
 */
function setSecurityHeaders(emulator: EmulatorFacts | undefined): RequestHandler {
  const formTargets = emulator === undefined ? "'self'" : `'self' ${new URL(emulator.signOutUrl).origin}`;
  const headers = {
    'Content-Security-Policy': `default-src 'none'; style-src 'self'; img-src 'self'; form-action ${formTargets}; base-uri 'none'; frame-ancestors 'none'`,
    // Not `no-referrer`: the browser would then send `Origin: null` with the sign-out form.
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  };
  return function securityHeaders(_req, res, next) {
    res.set(headers);
    next();
  };
}

/** Allows more on one page, such as its script. */
export function addToSecurityPolicy(res: Response, directives: string): void {
  res.set('Content-Security-Policy', `${String(res.get('Content-Security-Policy'))}; ${directives}`);
}

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

/** Gets the facts that `setUpPages` has put on the app. Templates see them as `site`. */
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
  res.render(template, {
    title,
    view,
    path: `${req.baseUrl}${req.path}`.replace(/(?<=.)\/$/, ''),
    status: `${res.statusCode} ${STATUS_CODES[res.statusCode] ?? ''}`.trim(),
    userName: user?.displayName,
  });
}
