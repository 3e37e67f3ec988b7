import type { Express } from 'express';
import grant from 'grant';
import { CLIENT_ID, CLIENT_SECRET, SCOPE, toEndpoints, type AppContext, type SignInPaths } from './contestant';
import {
  guardBySessionTokens,
  type TokenAnswer,
  toSessionTokens,
  toSessionUser,
  type UserinfoAnswer,
} from './session-user';

/** What grant leaves in `res.locals` after a callback. */
interface Outcome {
  readonly grant?: { readonly response?: { readonly raw: TokenAnswer; readonly profile: UserinfoAnswer } };
}

/** grant, with state and PKCE in its session; the route behind it regenerates the session, which grant leaves to the app. */
export function buildGrantApp(app: Express, { origin, standInOrigin, now }: AppContext): SignInPaths {
  const { authorize, token, userinfo } = toEndpoints(standInOrigin);
  app.use(
    grant.express({
      defaults: { origin, transport: 'state', state: true, pkce: true, response: ['tokens', 'raw', 'profile'] },
      bench: {
        oauth: 2,
        authorize_url: authorize,
        access_url: token,
        profile_url: userinfo,
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        scope: [...SCOPE],
        scope_delimiter: ' ',
      },
    }),
  );
  app.get('/connect/bench/callback', (req, res, next) => {
    const response = (res.locals as Outcome).grant?.response;
    if (response === undefined) {
      res.sendStatus(403);
      return;
    }
    req.session.regenerate((error: unknown) => {
      if (error !== undefined && error !== null) {
        next(error);
        return;
      }
      req.session.benchUser = toSessionUser(response.profile, toSessionTokens(response.raw, now));
      res.redirect('/');
    });
  });
  app.get(
    '/guarded',
    guardBySessionTokens((req) => req.session.benchUser, now),
  );
  return { loginPath: '/connect/bench', callbackPath: '/connect/bench/callback' };
}
