import express, { type ErrorRequestHandler, type Express } from 'express';
import session, { type Store } from 'express-session';
import { Passport } from 'passport';
import {
  MarketingCloudError,
  requireMarketingCloud,
  signInRoutes,
  type DefaultUser,
  type Strategy,
} from 'passport-marketing-cloud';
import { assetsPage, errorPage, homePage, signInFailedPage, type Asset } from './pages.js';

declare global {
  namespace Express {
    /** What `req.user` is in this app. */
    interface User extends DefaultUser {}
  }
}

export interface AppOptions {
  /** Signs the session cookie. */
  readonly sessionSecret: string;
  /** Whether browsers reach the app by https. */
  readonly https?: boolean;
  /** Whether a proxy in front of the app terminates TLS. */
  readonly behindProxy?: boolean;
  /** Where sessions are. Left out, in the memory of this process. */
  readonly sessions?: Store | undefined;
}

/** Creates the app: sessions, Passport with the strategy, the sign-in routes, then the pages. */
export function createApp(strategy: Strategy, options: AppOptions): Express {
  const { sessionSecret, https = false, behindProxy = false, sessions } = options;
  const passport = new Passport();
  passport.use(strategy);
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));

  const app = express();
  app.disable('x-powered-by');
  if (behindProxy) app.set('trust proxy', 1);
  app.use(
    session({
      ...(sessions && { store: sessions }),
      secret: sessionSecret,
      resave: false,
      saveUninitialized: false,
      cookie: { secure: https, httpOnly: true, sameSite: 'lax' },
    }),
  );
  app.use(passport.session());
  // GET /login, the callback of Marketing Cloud, and POST /logout.
  app.use(signInRoutes(strategy, { passport, refusalUrl: '/sign-in-failed' }));

  app.get('/', (req, res) => {
    res.send(homePage(req.user));
  });
  app.get('/sign-in-failed', (req, res) => {
    res.status(403).send(signInFailedPage(String(req.query['code'])));
  });

  // The guard sends users who are not signed in to the login, and back to this page.
  app.get('/assets', requireMarketingCloud({ loginUrl: '/login' }), async (req, res) => {
    const query = { $pageSize: 10 };
    const { items } = await req.marketingCloud.rest.get<{ items: Asset[] }>('/asset/v1/content/assets', { query });
    res.send(assetsPage(req.user as Express.User, items));
  });

  app.use(showError);
  return app;
}

/** Shows an error page, with the status that the package's errors have. */
const showError: ErrorRequestHandler = (error, _req, res, next) => {
  console.error(error);
  if (res.headersSent) {
    next(error);
    return;
  }
  const known = error instanceof MarketingCloudError ? error : undefined;
  res.status(known?.status ?? 500).set({ ...known?.headers });
  res.send(errorPage(known?.message ?? 'Something went wrong.'));
};
