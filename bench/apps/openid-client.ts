import type { Express } from 'express';
import * as client from 'openid-client';
import { Strategy } from 'openid-client/passport';
import passport from 'passport';
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
  toSessionTokens,
  toSessionUser,
  type UserinfoAnswer,
} from './session-user';

/** openid-client's strategy, with state and PKCE in the session; metadata is written by hand, since there is no discovery. */
export function buildOpenidClientApp(app: Express, { origin, standInOrigin, now }: AppContext): SignInPaths {
  const { issuer, authorize, token, userinfo } = toEndpoints(standInOrigin);
  const config = new client.Configuration(
    { issuer, authorization_endpoint: authorize, token_endpoint: token, userinfo_endpoint: userinfo },
    CLIENT_ID,
    CLIENT_SECRET,
  );
  const strategy = new Strategy(
    { name: 'openid', config, scope: SCOPE.join(' '), callbackURL: `${origin}/callback` },
    (tokens, done) => {
      // Not `fetchUserInfo`, which wants a top-level `sub`: Marketing Cloud nests it.
      client.fetchProtectedResource(config, tokens.access_token, new URL(userinfo), 'GET').then(
        async (response) => {
          const { access_token, refresh_token = '', expires_in = 0 } = tokens;
          const kept = toSessionTokens({ access_token, refresh_token, expires_in }, now);
          done(null, toSessionUser((await response.json()) as UserinfoAnswer, kept));
        },
        (error: unknown) => {
          done(error);
        },
      );
    },
  );
  passport.use(strategy);
  mountPassport(app, 'openid', { successRedirect: '/' });
  app.get('/guarded', guardBySessionTokens(getSessionUser, now));
  return USUAL_PATHS;
}
