import type { Express, RequestHandler } from 'express';
import passport, { type AuthenticateOptions } from 'passport';

/** Mounts `passport.session()` with the whole user in the session, and a strategy's login and callback routes. */
export function mountPassport(app: Express, strategyName: string, callbackOptions: AuthenticateOptions): void {
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));
  app.use(passport.session());
  app.get('/login', passport.authenticate(strategyName) as RequestHandler);
  app.get('/callback', passport.authenticate(strategyName, callbackOptions) as RequestHandler);
}
