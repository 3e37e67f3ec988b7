import { join } from 'node:path';
import express, { type Express, type RequestHandler } from 'express';
import session from 'express-session';
import { Passport, type AuthenticateOptions } from 'passport';
import {
  marketingCloud,
  requireMarketingCloud,
  signOut,
  Strategy,
  type StrategyOptions,
} from 'passport-marketing-cloud';
import { leadToPart, showDashboard } from './dashboard';
import { handleError, notFound, type Report } from './error-page';
import { showFailure } from './failure-page';
import { showLanding } from './landing';
import { securityHeaders } from './security-headers';
import { siteOf, useSite, type EmulatorFacts } from './site';

/** What an app is made from. */
export interface AppConfig {
  readonly strategy: StrategyOptions & { callbackURL: string; passReqToCallback?: false };
  readonly sessionSecret: string;
  /** Behind a proxy that ends TLS. */
  readonly trustProxy?: boolean;
  /** What the pages say about the emulator, where it plays Marketing Cloud. */
  readonly emulator?: EmulatorFacts;
  /** Hears of every error that a page is shown for. */
  readonly report?: Report;
}

const COOKIE_NAME = 'example-app.sid';

/** The example app, and its strategy, which wants to be closed at the end. */
export function createApp(config: AppConfig): { app: Express; strategy: Strategy } {
  const strategy = new Strategy(config.strategy);
  const passport = new Passport();
  passport.use(strategy);
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));

  const app = express();
  app.disable('x-powered-by');
  if (config.trustProxy === true) app.set('trust proxy', 1);
  app.set('view engine', 'ejs');
  app.set('views', join(__dirname, '..', 'views'));
  app.use(securityHeaders);
  app.use(useSite(siteOf(config)));
  app.use('/public', express.static(join(__dirname, '..', 'public'), { index: false }));

  const callback = new URL(config.strategy.callbackURL);
  app.use(
    session({
      name: COOKIE_NAME,
      secret: config.sessionSecret,
      resave: false,
      saveUninitialized: false,
      cookie: { secure: callback.protocol === 'https:', httpOnly: true, sameSite: 'lax' },
    }),
  );
  app.use(passport.session());
  app.use(marketingCloud(strategy));

  // Passport's types leave the handler open.
  const authenticate = (options: AuthenticateOptions): RequestHandler =>
    passport.authenticate(strategy.name, options) as RequestHandler;
  app.get('/login', authenticate({}));
  app.get(callback.pathname, authenticate({ successReturnToOrRedirect: '/dashboard', refusalUrl: '/sign-in-failed' }));
  app.get('/sign-in-failed', showFailure);
  app.post('/logout', signOut({ redirectTo: '/?signed-out', cookieName: COOKIE_NAME }));

  app.get('/', showLanding);
  app.get(
    '/dashboard',
    requireMarketingCloud({ loginUrl: '/login' }),
    showDashboard(config.strategy.clock ?? Date.now),
  );
  app.get('/dashboard/:part', leadToPart);

  app.use(notFound);
  app.use(handleError(config.report));
  return { app, strategy };
}
