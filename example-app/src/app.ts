import express, { type Express, type RequestHandler } from 'express';
import session, { type Store } from 'express-session';
import { Passport } from 'passport';
import {
  appMenuSignOut,
  embedded,
  embeddedCookie,
  marketingCloud,
  requireMarketingCloud,
  sameOrigin,
  signOut,
  SessionStoreVault,
  Strategy,
  type StrategyOptions,
} from 'passport-marketing-cloud';
import { createFaultPanel } from './emulator/fault-panel';
import { createErrorHandler, rememberWantedPage, showNotFound, showRefusedSignIn } from './errors/error-page';
import { GrantEventLog } from './events/grant-event-log';
import { createAdjustableClock, createLocalBus, type MessageBus } from './events/message-bus';
import { logRefusedSignIns } from './events/refusal-log';
import { createDashboardPage, redirectToPart, switchBusinessUnit } from './pages/dashboard-page';
import { endSession, saveNote, showNotesPage } from './pages/notes-page';
import { renderPage, requireSameOrigin, setUpPages, type EmulatorFacts } from './pages/render-page';
import { showSoapPage } from './pages/soap-page';
import { createTokenPage, makeTriggeredCalls, triggerCalls } from './pages/token-page';

/** Creates the example app: the strategy, the middlewares, signing in and out, then the pages. */
export function createApp(config: AppConfig): ExampleApp {
  const { sessions, storesDescription, sessionSecret, report, bus, frameAncestors, emulator } = withDefaults(config);
  const { origin, pathname: callbackPath } = new URL(config.strategy.callbackURL);
  const { cookieName, cookie } = getCookie(config);

  // #region strategy
  const vault = config.strategy.vault ?? new SessionStoreVault(sessions);
  const now = createAdjustableClock(bus, config.strategy.clock);
  const strategy = new Strategy({ ...config.strategy, vault, clock: now });
  const passport = new Passport();
  passport.use(strategy);
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));
  // #endregion

  // #region middlewares
  const app = express();
  if (config.trustProxy === true) app.set('trust proxy', 1);
  setUpPages(app, config.strategy, emulator, frameAncestors !== undefined);
  if (frameAncestors !== undefined) app.use(embedded({ frameAncestors }));
  app.use(
    session({
      ...{ store: sessions, secret: sessionSecret, name: cookieName, cookie },
      ...{ resave: false, saveUninitialized: false },
    }),
  );
  app.use(passport.session());
  app.use(marketingCloud(strategy));
  // #endregion

  // #region sign-in
  const log = new GrantEventLog(bus, now);
  const stopLogging = logRefusedSignIns(strategy.name, report);
  const pages = { successReturnToOrRedirect: '/dashboard', refusalUrl: '/sign-in-failed' };
  app.get('/login', rememberWantedPage(cookie), passport.authenticate(strategy.name) as RequestHandler);
  app.get(callbackPath, log.recordSignIns(), passport.authenticate(strategy.name, pages) as RequestHandler);
  app.get('/sign-in-failed', showRefusedSignIn);
  app.post('/logout', signOut({ redirectTo: '/?signed-out', cookieName }));
  app.get('/marketing-cloud/logout', appMenuSignOut({ cookieName }));
  // #endregion

  // #region pages
  const guard = requireMarketingCloud({ loginUrl: '/login' });
  const parseForm = [requireSameOrigin(origin), express.urlencoded({ extended: false, limit: '1kb' })];
  app.get('/', (req, res) => {
    renderPage(req, res, 'landing', 'Sign in with Marketing Cloud', { isSignedOut: 'signed-out' in req.query });
  });
  app.get('/dashboard', guard, createDashboardPage(now));
  app.post('/dashboard/business-unit', parseForm, switchBusinessUnit);
  app.get('/dashboard/soap', guard, showSoapPage);
  app.get('/dashboard/token', guard, createTokenPage({ vault, storesDescription, log, now }));
  app.post('/dashboard/token/calls', parseForm, triggerCalls(bus, now));
  makeTriggeredCalls(bus, strategy, log);
  if (frameAncestors !== undefined) {
    app.get('/marketing-cloud.mjs', (_req, res) => res.sendFile(require.resolve('passport-marketing-cloud/browser')));
    app.get('/dashboard/notes', guard, showNotesPage);
    app.post('/dashboard/notes', sameOrigin(), guard, express.text({ limit: '10kb' }), saveNote);
    app.post('/dashboard/notes/session-end', sameOrigin(), endSession);
  }
  app.get('/dashboard/:part', redirectToPart);
  // #endregion

  // #region emulator
  if (emulator !== undefined) {
    const forgetUser: RequestHandler = (_req, _res, next) => {
      bus.send({ kind: 'sign-out-of-emulator' });
      next();
    };
    app.post('/switch-user', sameOrigin(), forgetUser, signOut({ redirectTo: '/login', cookieName }));
    if (frameAncestors === undefined) {
      app.use('/faults', createFaultPanel({ bus, passport, strategy: config.strategy }));
    }
  }
  // #endregion

  // #region errors
  app.use(showNotFound);
  app.use(createErrorHandler(report));
  // #endregion

  const close = async (): Promise<void> => {
    log.close();
    stopLogging();
    await strategy.close();
  };
  return { express: app, close };
}

/** What the app is created from. */
export interface AppConfig {
  readonly strategy: StrategyOptions & { callbackURL: string; passReqToCallback?: false };
  /** Signs the session cookie. */
  readonly sessionSecret: string;
  /** Stores the sessions. @default in memory */
  readonly sessions?: Store;
  /** Where sessions and grants are stored, for the Token page. */
  readonly storesDescription?: string;
  /** Whether a proxy terminates TLS. */
  readonly trustProxy?: boolean;
  /** Who may frame the app, besides the app itself: Marketing Cloud. Not set for an app that is at top level only. */
  readonly frameAncestors?: readonly string[];
  /** What the pages show about the emulator. Not set if a tenant is configured. */
  readonly emulator?: EmulatorFacts;
  /** Receives a line for the log: an error, or a refused sign-in. */
  readonly report?: (text: string) => void;
  /** Connects the processes of a cluster, and the pages with the emulator. @default this process only */
  readonly bus?: MessageBus;
}

/** The Express app, and how to end what it has started. */
export interface ExampleApp {
  readonly express: Express;
  /** Finishes refreshes that are in progress. The stores stay open. */
  readonly close: () => Promise<void>;
}

// The type is inferred: all values but two are set.
function withDefaults(config: AppConfig) {
  return {
    sessions: config.sessions ?? new session.MemoryStore(),
    storesDescription: config.storesDescription ?? 'in memory',
    sessionSecret: config.sessionSecret,
    report: config.report ?? (() => undefined),
    bus: config.bus ?? createLocalBus(),
    frameAncestors: config.frameAncestors,
    emulator: config.emulator,
  };
}

/** In Marketing Cloud's frame a cookie comes back only over https, with SameSite=None; Secure; Partitioned. */
function getCookie({ strategy, frameAncestors }: AppConfig) {
  if (frameAncestors !== undefined) return { cookieName: '__Host-example-app.sid', cookie: { ...embeddedCookie } };
  const secure = strategy.callbackURL.startsWith('https:');
  return { cookieName: 'example-app.sid', cookie: { secure, httpOnly: true, sameSite: 'lax' as const } };
}
