import { join } from 'node:path';
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
import { createErrorHandler, showNotFound, showRefusedSignIn } from './errors/error-page';
import { GrantEventLog } from './events/grant-event-log';
import { createAdjustableClock, createLocalBus, type MessageBus } from './events/message-bus';
import { createDashboardPage, redirectToPart, switchBusinessUnit } from './pages/dashboard-page';
import {
  getSiteFacts,
  renderPage,
  requireSameOrigin,
  setSecurityHeaders,
  type EmulatorFacts,
} from './pages/render-page';
import { endSession, saveNote, showNotesPage } from './pages/notes-page';
import { showSoapPage } from './pages/soap-page';
import { createTokenPage, makeTriggeredCalls, triggerCalls } from './pages/token-page';
import { createCallbackRoute } from './sign-in/callback-route';

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
  /** Connects the processes of a cluster. @default this process only */
  readonly bus?: MessageBus;
}

/** The Express app, and how to end what it has started. */
export interface ExampleApp {
  readonly express: Express;
  /** Finishes refreshes that are in progress. The stores stay open. */
  readonly close: () => Promise<void>;
}

const FOLDER = join(__dirname, '..');

/** Creates the example app: sessions, Passport with the strategy, the sign-in routes, then the pages. */
export function createApp(config: AppConfig): ExampleApp {
  const { sessions = new session.MemoryStore(), storesDescription = 'in memory' } = config;
  const { report = () => undefined, bus = createLocalBus() } = config;
  const callback = new URL(config.strategy.callbackURL);

  // The strategy. By default it keeps grants in the session store, and req.user is the user's profile.
  const vault = config.strategy.vault ?? new SessionStoreVault(sessions);
  const now = createAdjustableClock(bus, config.strategy.clock);
  const strategy = new Strategy({ ...config.strategy, vault, clock: now });
  const passport = new Passport();
  passport.use(strategy);
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));

  // Express. Behind a proxy, `trust proxy` lets it see that a request came by https.
  const app = express();
  app.disable('x-powered-by');
  if (config.trustProxy === true) app.set('trust proxy', 1);
  app.set('view engine', 'ejs');
  app.set('views', join(FOLDER, 'views'));
  app.locals['site'] = getSiteFacts(config.strategy, config.emulator, config.frameAncestors !== undefined);
  app.use(setSecurityHeaders);
  // In Marketing Cloud's frame: over https, since a cookie comes back there with SameSite=None; Secure; Partitioned.
  const { frameAncestors } = config;
  const isEmbedded = frameAncestors !== undefined;
  if (isEmbedded) app.use(embedded({ frameAncestors }));
  const cookieName = isEmbedded ? '__Host-example-app.sid' : 'example-app.sid';
  app.use('/public', express.static(join(FOLDER, 'public'), { index: false }));

  // Sessions, the session's user, then req.marketingCloud.
  app.use(
    session({
      store: sessions,
      name: cookieName,
      secret: config.sessionSecret,
      resave: false,
      saveUninitialized: false,
      cookie: isEmbedded
        ? { ...embeddedCookie }
        : { secure: callback.protocol === 'https:', httpOnly: true, sameSite: 'lax' },
    }),
  );
  app.use(passport.session());
  app.use(marketingCloud(strategy));

  // Signing in and out.
  const log = new GrantEventLog(bus, now);
  app.get('/login', passport.authenticate(strategy.name) as RequestHandler);
  app.get(
    callback.pathname,
    log.recordSignIns(),
    createCallbackRoute(passport, strategy.name, { homeUrl: '/dashboard', refusalUrl: '/sign-in-failed', report }),
  );
  app.get('/sign-in-failed', showRefusedSignIn);
  app.post('/logout', signOut({ redirectTo: '/?signed-out', cookieName }));
  app.get('/marketing-cloud/logout', appMenuSignOut({ cookieName }));

  // Pages. The guard redirects to the login if there is no user, and otherwise provides a valid access token.
  const guard = requireMarketingCloud({ loginUrl: '/login' });
  app.get('/', (req, res) => {
    renderPage(req, res, 'landing', 'Sign in with Marketing Cloud', { isSignedOut: 'signed-out' in req.query });
  });
  app.get('/dashboard', guard, createDashboardPage(now));
  app.get('/dashboard/soap', guard, showSoapPage);
  app.get('/dashboard/token', guard, createTokenPage({ vault, storesDescription, log, now }));
  if (isEmbedded) {
    // A page that stays open: it sends its form by the package's module for browsers.
    app.get('/marketing-cloud.mjs', (_req, res) => res.sendFile(require.resolve('passport-marketing-cloud/browser')));
    app.get('/dashboard/notes', guard, showNotesPage);
    app.post('/dashboard/notes', sameOrigin(), guard, express.text({ limit: '10kb' }), saveNote);
    app.post('/dashboard/notes/session-end', sameOrigin(), endSession);
  }
  app.get('/dashboard/:part', redirectToPart);

  // Forms of the pages.
  const parseForm = [requireSameOrigin(callback.origin), express.urlencoded({ extended: false, limit: '1kb' })];
  app.post('/dashboard/business-unit', parseForm, switchBusinessUnit);
  app.post('/dashboard/token/calls', parseForm, triggerCalls(bus, now));
  makeTriggeredCalls(bus, strategy, log);

  app.use(showNotFound);
  app.use(createErrorHandler(report));

  const close = async (): Promise<void> => {
    log.close();
    await strategy.close();
  };
  return { express: app, close };
}
