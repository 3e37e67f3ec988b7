import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import express from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import * as own from '../../src';

/**
 * To be bundled and minified, and run as a process of its own: an app with the middlewares of this copy of the package
 * and the strategy of another copy. It prints its origin, and ends with its input.
 *
 * Arguments: the path of the other copy, and strategy options as JSON.
 */
async function main([otherPath = '', options = '{}']: readonly string[]): Promise<void> {
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const other = createRequire(otherPath)(otherPath) as typeof own;
  const store = new session.MemoryStore();
  let ahead = 0;
  const given = JSON.parse(options) as own.StrategyOptions;
  const strategy = new other.Strategy({ ...given, callbackURL: `${origin}/cb`, clock: () => Date.now() + ahead });
  const passport = new Passport();
  passport.use(strategy);
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: object, done) => done(null, user));
  app.use(session({ store, secret: 'of the session', resave: false, saveUninitialized: false }));
  app.use(passport.session() as express.Handler);
  app.use(own.marketingCloud(strategy));
  app.get('/login', passport.authenticate('marketing-cloud') as express.Handler);
  app.get('/cb', passport.authenticate('marketing-cloud', { successRedirect: '/home' }) as express.Handler);
  app.get('/api', own.requireMarketingCloud(), (_req, res) => void res.json('called'));
  app.post('/logout', own.signOut());
  app.get('/dead', (req, res) => {
    // Longer than a token lives.
    ahead += 1_100_000;
    req.marketingCloud.credentials().then(
      () => res.json('alive'),
      (error: unknown) =>
        res.json({
          isOfBoth: error instanceof own.MarketingCloudError && error instanceof other.MarketingCloudError,
          isApiError: error instanceof own.ApiError || error instanceof other.ApiError,
          name: (error as Error).name,
          code: (error as own.MarketingCloudError).code,
          isInMemory: [own, other].every((copy) => !new copy.SessionStoreVault(store).perProcess),
        }),
    );
  });
  process.stdin.resume().once('end', () => process.exit());
  process.stdout.write(origin);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
