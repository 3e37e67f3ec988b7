import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import { marketingCloud, MarketingCloudError, type Strategy } from 'passport-marketing-cloud';

/**
 * An app around a strategy: `/login`, `/auth/callback`, `/me` (the user), `/tokens` (the credentials) and `/whoami` (a
 * REST call). A refused sign-in goes to `/refused?code=`; an error is answered as its code.
 */
export function strategyApp(strategy: Strategy): Express {
  const passport = new Passport();
  passport.use(strategy);
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));

  const app = express();
  app.use(session({ secret: 'for tests', resave: false, saveUninitialized: false }));
  app.use(passport.session() as RequestHandler);
  app.use(marketingCloud(strategy));
  app.get('/login', passport.authenticate('marketing-cloud') as RequestHandler);
  app.get(
    '/auth/callback',
    passport.authenticate('marketing-cloud', { successRedirect: '/', refusalUrl: '/refused' }) as RequestHandler,
  );
  app.get('/me', (req, res) => void res.json(req.user ?? {}));
  app.get('/tokens', async (req, res) => {
    const { accessToken, refreshToken, scope } = await req.marketingCloud.credentials();
    res.json({ accessToken, refreshToken, scope });
  });
  app.get('/whoami', async (req, res) => {
    res.json(await req.marketingCloud.rest.get('/whoami'));
  });
  app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
    if (!(error instanceof MarketingCloudError)) next(error);
    else res.status(error.status).json({ code: error.code, response: error.response });
  });
  return app;
}
