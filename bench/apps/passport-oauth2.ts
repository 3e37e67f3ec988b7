import type { Express } from 'express';
import passport from 'passport';
import OAuth2Strategy from 'passport-oauth2';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  SCOPE,
  toEndpoints,
  USUAL_PATHS,
  type AppContext,
  type SignInPaths,
} from './contestant';
import { mountPassport } from './passport-session';
import {
  getSessionUser,
  guardBySessionTokens,
  type TokenAnswer,
  toSessionTokens,
  toSessionUser,
  type UserinfoAnswer,
} from './session-user';

/** passport-oauth2 with state and PKCE in the session, and the tokens in the session beside the user. */
export function buildPassportOAuth2App(app: Express, context: AppContext): SignInPaths {
  signInWithPassportOAuth2(app, context, true);
  app.get('/guarded', guardBySessionTokens(getSessionUser, context.now));
  return USUAL_PATHS;
}

/** `passport.session()` alone: a user without tokens in the session, and a route that reads it. */
export function buildBareApp(app: Express, context: AppContext): SignInPaths {
  signInWithPassportOAuth2(app, context, false);
  app.get('/guarded', (req, res) => {
    const user = getSessionUser(req);
    if (user === undefined) res.sendStatus(401);
    else res.json({ id: user.id, token: user.userId });
  });
  return USUAL_PATHS;
}

/** The declarations of passport-oauth2 leave out that there is no error after a success. */
function isNothing(error: unknown): boolean {
  return error === null || error === undefined;
}

/** passport-oauth2 asks no userinfo by itself: a subclass does, as in the strategies that are built on it. */
class UserinfoStrategy extends OAuth2Strategy {
  userinfoUrl = '';

  override userProfile(accessToken: string, done: (error: unknown, profile?: unknown) => void): void {
    this._oauth2.useAuthorizationHeaderforGET(true);
    this._oauth2.get(this.userinfoUrl, accessToken, (error, body) => {
      if (!isNothing(error)) done(error);
      else done(null, JSON.parse(String(body)));
    });
  }
}

function signInWithPassportOAuth2(
  app: Express,
  { origin, standInOrigin, now }: AppContext,
  keepsTokens: boolean,
): void {
  const { authorize, token, userinfo } = toEndpoints(standInOrigin);
  const strategy = new UserinfoStrategy(
    {
      authorizationURL: authorize,
      tokenURL: token,
      clientID: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      callbackURL: `${origin}/callback`,
      scope: [...SCOPE],
      state: true,
      pkce: true,
    },
    (
      _accessToken: string,
      _refreshToken: string,
      answer: TokenAnswer,
      profile: UserinfoAnswer,
      done: OAuth2Strategy.VerifyCallback,
    ) => done(null, toSessionUser(profile, keepsTokens ? toSessionTokens(answer, now) : undefined)),
  );
  strategy.userinfoUrl = userinfo;
  passport.use('oauth2', strategy);
  mountPassport(app, 'oauth2', { successRedirect: '/' });
}
