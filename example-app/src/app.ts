import { join } from 'node:path';
import express, { type Express, type RequestHandler } from 'express';
import session, { type Store } from 'express-session';
import { Passport } from 'passport';
import {
  marketingCloud,
  requireMarketingCloud,
  signOut,
  SessionStoreVault,
  Strategy,
  type StrategyOptions,
} from 'passport-marketing-cloud';
import { localBus, type Bus } from './bus';
import { switchBusinessUnit } from './business-units';
import { leadToPart, showDashboard } from './dashboard';
import { handleError, notFound, type Report } from './error-page';
import { showFailure } from './failure-page';
import { finishSignIn } from './finish-sign-in';
import { Journal } from './journal';
import { showLanding } from './landing';
import { LifeWatch } from './life-watch';
import { fromOwnOrigin } from './own-origin';
import { securityHeaders } from './security-headers';
import { siteOf, useSite, type EmulatorFacts } from './site';
import { showSoap } from './soap-page';
import { hurry, showToken } from './token-page';
import { watchSignIn } from './watch-sign-in';
import { work } from './work';

/** What an app is made from. */
export interface AppConfig {
  readonly strategy: StrategyOptions & { callbackURL: string; passReqToCallback?: false };
  readonly sessionSecret: string;
  /** Where sessions are kept. Default: in memory, and grants with them. */
  readonly sessions?: Store;
  /** Where all that is, in words. */
  readonly storedWhere?: string;
  /** Behind a proxy that ends TLS. */
  readonly trustProxy?: boolean;
  /** What the pages say about the emulator, where it plays Marketing Cloud. */
  readonly emulator?: EmulatorFacts;
  /** Takes a line for the log: an error, or a sign-in that was refused. */
  readonly report?: Report;
  /** Leads to the other processes of the app. Default: there are none. */
  readonly bus?: Bus;
}

const COOKIE_NAME = 'example-app.sid';

/** The example app, and how to close what it holds open; the stores are the caller's. */
export function createApp(config: AppConfig): { app: Express; strategy: Strategy; close: () => Promise<void> } {
  const { sessions = new session.MemoryStore(), bus = localBus(), storedWhere = 'in memory' } = config;
  const { report = () => undefined } = config;
  const { vault = new SessionStoreVault(sessions), clock = Date.now } = config.strategy;
  // With the emulator a page lets the clocks go forward.
  let aheadMs = 0;
  const now = (): number => clock() + aheadMs;
  const strategy = new Strategy({ ...config.strategy, vault, clock: now });
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
      store: sessions,
      name: COOKIE_NAME,
      secret: config.sessionSecret,
      resave: false,
      saveUninitialized: false,
      cookie: { secure: callback.protocol === 'https:', httpOnly: true, sameSite: 'lax' },
    }),
  );
  app.use(passport.session());
  app.use(marketingCloud(strategy));

  // What the page of the token tells comes from here.
  const journal = new Journal();
  const watch = new LifeWatch(bus, now);
  const stopListening = bus.listen((message) => {
    if (message.kind === 'advance') aheadMs += message.ms;
    if (message.kind === 'life') journal.add(message.event);
    if (message.kind === 'work') void work(strategy, watch, message.grantId);
  });

  app.get('/login', passport.authenticate(strategy.name) as RequestHandler);
  app.get(
    callback.pathname,
    watchSignIn(watch, now),
    finishSignIn(passport, strategy.name, { home: '/dashboard', refusalUrl: '/sign-in-failed', report }),
  );
  app.get('/sign-in-failed', showFailure);
  app.post('/logout', signOut({ redirectTo: '/?signed-out', cookieName: COOKIE_NAME }));

  app.get('/', showLanding);
  const guard = requireMarketingCloud({ loginUrl: '/login' });
  const tokenPage = { vault, storedWhere, journal, bus, now };
  app.get('/dashboard', guard, showDashboard(now));
  app.get('/dashboard/soap', guard, showSoap);
  app.get('/dashboard/token', guard, showToken(tokenPage));
  app.get('/dashboard/:part', leadToPart);

  const form: RequestHandler[] = [
    fromOwnOrigin(callback.origin),
    express.urlencoded({ extended: false, limit: '1kb' }),
  ];
  app.post('/dashboard/business-unit', form, switchBusinessUnit);
  app.post('/dashboard/token/calls', form, hurry(tokenPage));

  app.use(notFound);
  app.use(handleError(report));
  const close = async (): Promise<void> => {
    stopListening();
    watch.close();
    await strategy.close();
  };
  return { app, strategy, close };
}
