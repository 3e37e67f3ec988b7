import express, { type Express } from 'express';
import session, { type SessionOptions } from 'express-session';
import passport from 'passport';
import {
  embedded,
  embeddedCookie,
  marketingCloud,
  requireMarketingCloud,
  signOut,
  appMenuSignOut,
  Strategy,
  type StrategyOptions,
} from '../../../src';
import { join } from 'node:path';

/** How the session's cookie is set up: for frames, with and without a jar for each site around it, or not at all. */
export const COOKIES: Readonly<Record<'Partitioned' | 'None' | 'default', SessionOptions['cookie']>> = {
  Partitioned: embeddedCookie,
  None: { ...embeddedCookie, partitioned: false },
  default: { secure: true },
};

export const APP = 'https://app.example';

/** What a test of framed sign-ins may have otherwise in its app. */
export interface FramedAppOptions {
  readonly cookie: keyof typeof COOKIES;
  readonly strategy: Omit<StrategyOptions, 'callbackURL' | 'passReqToCallback'>;
  /** What a proxy takes off the path of each request; the strategy's `callbackURL` has it. */
  readonly prefix?: string | undefined;
  /** Runs before everything else. */
  readonly before?: ((app: Express) => void) | undefined;
  /** Mounts routes before the app's own, once there is a session and a strategy. */
  readonly routes?:
    ((app: Express, own: InstanceType<passport.PassportStatic['Passport']>, strategy: Strategy) => void) | undefined;
  /** Runs on every callback. */
  readonly callbackHeaders?: Readonly<Record<string, string>> | undefined;
}

/** Where Marketing Cloud sends browsers back to. */
export function toCallbackUrl({ prefix = '' }: Pick<FramedAppOptions, 'prefix'> = {}): string {
  return `${APP}${prefix}/cb`;
}

/** An embedded app: `/page` shows who is signed in, and does what a page of an app does. */
export function createFramedApp(options: FramedAppOptions): { readonly app: Express; readonly strategy: Strategy } {
  const strategy = new Strategy({ scope: ['offline'], ...options.strategy, callbackURL: toCallbackUrl(options) });
  const own = new passport.Passport();
  own.use(strategy);
  own.serializeUser((user, done) => done(null, user));
  own.deserializeUser((user: Express.User, done) => done(null, user));
  const app = express();
  if (options.prefix !== undefined) stripPrefix(app, options.prefix);
  options.before?.(app);
  app.use(embedded());
  app.use(
    session({
      name: '__Host-app.sid',
      secret: 'of the session',
      resave: false,
      saveUninitialized: false,
      cookie: COOKIES[options.cookie] ?? {},
    }),
  );
  app.use(own.session());
  app.use(marketingCloud(strategy));
  options.routes?.(app, own, strategy);
  app.get('/login', own.authenticate(strategy.name) as never);
  app.get('/cb', (_req, res, next) => {
    res.set(options.callbackHeaders ?? {});
    next();
  });
  app.get('/cb', own.authenticate(strategy.name, { successReturnToOrRedirect: '/page' }) as never);
  app.get('/page', requireMarketingCloud(), (req, res) => {
    const { displayName = '', id = '' } = req.user as { displayName?: string; id?: string };
    res.send(
      PAGE.replaceAll('NAME', displayName)
        .replaceAll('ID', id)
        .replaceAll('ACCOUNT', req.marketingCloud.account ?? ''),
    );
  });
  app.get('/browser.mjs', (_req, res) => res.sendFile(join(__dirname, '../../../src/browser/browser.mjs')));
  app.all('/items', requireMarketingCloud(), express.text({ type: () => true }), (req, res) => {
    res.json({ method: req.method, body: req.body as unknown });
  });
  app.post('/logout', signOut({ cookieName: '__Host-app.sid' }));
  app.get('/mc-logout', appMenuSignOut({ cookieName: '__Host-app.sid' }));
  return { app, strategy };
}

/** A proxy in front of several apps: what is outside the prefix is another app's. */
function stripPrefix(app: Express, prefix: string): void {
  app.use((req, res, next) => {
    if (!req.url.startsWith(`${prefix}/`)) {
      res.status(404).send('<h1>Another app</h1>');
      return;
    }
    req.url = req.originalUrl = req.url.slice(prefix.length);
    next();
  });
}

const PAGE = `<!doctype html><html lang="en"><head><title>App</title>
<meta name="marketing-cloud-account" content="ACCOUNT">
<script type="module">
import { withSignIn, signIn } from '/browser.mjs';
Object.assign(window, { withSignIn, signIn, send: withSignIn() });
</script></head><body><h1>Hello, NAME</h1><p id="user">ID</p><textarea id="half"></textarea></body></html>`;
