import type { NextFunction, Request, Response } from 'express';
import type { DefaultUser, StrategyOptions } from 'passport-marketing-cloud';
import type { BusinessUnitName } from './business-units';

/** A user of the emulator that a visitor may sign in as. */
export interface DemoUser {
  readonly username: string;
  readonly name: string;
  /** What is to be seen as this user. */
  readonly about: string;
}

/** The emulator, as far as pages speak of it. */
export interface EmulatorFacts {
  readonly users: readonly DemoUser[];
  /** Ends the session at the emulator's login page, which then has a link back. */
  readonly signOutUrl: string;
  readonly dataExtensionKeys: readonly string[];
  readonly businessUnits: readonly BusinessUnitName[];
}

/** What pages may say about this app. */
export interface Site {
  readonly subdomain: string;
  readonly clientID: string;
  readonly callbackURL: string;
  readonly isPublicApp: boolean;
  readonly emulator: EmulatorFacts | undefined;
}

/** The facts that follow from the options; nothing secret is among them. */
export function siteOf(config: {
  strategy: StrategyOptions & { callbackURL: string };
  emulator?: EmulatorFacts;
}): Site {
  const { subdomain = '', clientID = '', callbackURL } = config.strategy;
  const isPublicApp = !Object.hasOwn(config.strategy, 'clientSecret');
  return { subdomain, clientID, callbackURL, isPublicApp, emulator: config.emulator };
}

/** Gives every page the facts, under `site`. */
export function useSite(site: Site): (req: Request, res: Response, next: NextFunction) => void {
  return function siteMiddleware(_req, res, next) {
    res.locals['site'] = site;
    next();
  };
}

/** The facts on this answer. */
export function siteOn(res: Response): Site {
  return res.locals['site'] as Site;
}

/**
 * Who is signed in: without a `verify` function the strategy makes a `DefaultUser`, and the session gives it back. An
 * app that stands alone declares this once instead: `namespace Express { interface User extends DefaultUser {} }`.
 */
export function userOf(req: Request): DefaultUser | undefined {
  return req.isAuthenticated() ? (req.user as DefaultUser) : undefined;
}
