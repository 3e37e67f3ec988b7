import type { AddressInfo } from 'node:net';
import { createServer, type Server, type ServerOptions } from 'node:http';
import type { Express, ErrorRequestHandler, Request, Response } from 'express';
import session, { type SessionOptions } from 'express-session';
import type { AuthenticateOptions } from 'passport';
import { marketingCloud, requireMarketingCloud, signOut, Strategy, type StrategyOptions } from '../../src';
import { Browser } from './browser';
import type { Flavour } from './flavours';

declare global {
  // Any value that a test's verify gives.
  namespace Express {
    interface User {
      readonly displayName?: string;
      readonly id?: string;
    }
  }
}

/** What a test may have otherwise in its app. */
export interface AppOptions {
  readonly flavour: Flavour;
  /** Over a callback at `/cb` of this app. */
  readonly strategy: Partial<StrategyOptions> & Pick<StrategyOptions, 'subdomain' | 'clientID'>;
  readonly verify?: ((...args: never[]) => void) | undefined;
  /** A subclass to make the strategy of. @default Strategy */
  readonly strategyClass?: (new (options: StrategyOptions, verify?: undefined) => Strategy) | undefined;
  readonly session?: Partial<SessionOptions> | false | undefined;
  readonly login?: AuthenticateOptions | ((req: Request) => AuthenticateOptions) | undefined;
  readonly callback?: AuthenticateOptions | undefined;
  /** Runs before the routes of `mount`, after the session and Passport. */
  readonly routes?: ((app: Express, strategy: Strategy, passport: TestApp['passport']) => void) | undefined;
  /** What the session keeps of the user, and how the user comes out of it; the whole user, unless given. */
  readonly keepUser?:
    { toSession: (user: Express.User) => unknown; fromSession: (kept: unknown) => Express.User } | undefined;
  /** Runs before everything else. */
  readonly before?: ((app: Express) => void) | undefined;
  /** Of the HTTP server itself, such as how long a query it lets through. */
  readonly server?: ServerOptions | undefined;
}

/** An app with the package’s middlewares, listening on loopback. */
export interface TestApp {
  readonly origin: string;
  readonly strategy: Strategy;
  readonly express: Express;
  readonly server: Server;
  /** The errors that reached Express's error handler. */
  readonly errors: unknown[];
  readonly passport: InstanceType<Flavour['passport']['Passport']>;
  readonly browser: () => Browser;
  readonly close: () => Promise<void>;
}

/** More than any test opens at once: Node's 511 overflow while the process is busy, and the kernel then gives some up. */
const MAX_WAITING_CONNECTIONS = 4_096;

/**
 * Starts an app with the routes of the harness: `/login`, `/cb`, `/me` (who am I, no tokens), `/api` (the guard, then a
 * call to Marketing Cloud), `POST /logout`, `/health`.
 */
export async function startApp(options: AppOptions): Promise<TestApp> {
  const { flavour } = options;
  const app = flavour.express();
  const server = createServer(options.server ?? {}, app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', MAX_WAITING_CONNECTIONS, resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const errors: unknown[] = [];

  const settings = { callbackURL: `${origin}/cb`, ...options.strategy } as StrategyOptions & {
    passReqToCallback?: false;
  };
  const StrategyClass: NonNullable<AppOptions['strategyClass']> = options.strategyClass ?? Strategy;
  const strategy = new StrategyClass(settings, options.verify as undefined);
  const passport = new flavour.passport.Passport();
  passport.use(strategy);
  const { toSession, fromSession } = options.keepUser ?? {
    toSession: (user) => user,
    fromSession: (kept) => kept as Express.User,
  };
  passport.serializeUser((user, done) => done(null, toSession(user)));
  passport.deserializeUser((kept, done) => done(null, fromSession(kept)));

  app.set('query parser', flavour.queryParser);
  app.get('/health', (_req, res) => void res.json({ pid: process.pid }));
  options.before?.(app);
  if (options.session !== false) {
    app.use(session({ secret: 'of the session', resave: false, saveUninitialized: false, ...options.session }));
    app.use(passport.session());
  }
  app.use(marketingCloud(strategy));
  options.routes?.(app, strategy, passport);

  const { login } = options;
  app.all('/login', (req, res, next) => {
    const chosen = typeof login === 'function' ? login(req) : (login ?? {});
    (passport.authenticate(strategy.name, chosen) as Handler)(req, res, next);
  });
  app.all(
    '/cb',
    passport.authenticate(strategy.name, options.callback ?? { successReturnToOrRedirect: '/home' }) as Handler,
  );
  app.get('/me', (req, res) => void res.json({ user: req.user ?? null, connected: req.marketingCloud.connected }));
  app.get('/api', requireMarketingCloud(), (req, res, next) => {
    req.marketingCloud.rest.get('/platform/v1/tokenContext').then((context) => res.json(context), next);
  });
  app.post('/logout', signOut());
  const onError: ErrorRequestHandler = (
    error: { status?: number; code?: string; headers?: object },
    _req,
    res,
    next,
  ) => {
    errors.push(error);
    if (res.headersSent) {
      next(error);
      return;
    }
    res.set(error.headers ?? {});
    res.status(error.status ?? 500).json({ error: error.code ?? 'error' });
  };
  app.use(onError);

  return {
    origin,
    strategy,
    express: app,
    server,
    errors,
    passport,
    browser: () => new Browser(origin),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await strategy.close();
    },
  };
}

type Handler = (req: Request, res: Response, next: (error?: unknown) => void) => void;
