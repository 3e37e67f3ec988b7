import { createHash, randomBytes } from 'node:crypto';
import { Agent, request } from 'node:https';
import type { Express, Request, Response } from 'express';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  SCOPE,
  toEndpoints,
  USUAL_PATHS,
  type AppContext,
  type SignInPaths,
} from './contestant';
import {
  type SessionTokens,
  type SessionUser,
  type TokenAnswer,
  toSessionTokens,
  toSessionUser,
  type UserinfoAnswer,
} from './session-user';

const agent = new Agent({ keepAlive: true });

/**
 * The floor: Express, express-session and node:https without a library. State and PKCE in the session, token and
 * userinfo call, a regenerated session, the tokens in it; one refresh for all requests that find a token expired.
 */
export function buildHandWrittenApp(app: Express, { origin, standInOrigin, now }: AppContext): SignInPaths {
  const { authorize, token, userinfo } = toEndpoints(standInOrigin);
  const callbackURL = `${origin}/callback`;

  app.get('/login', (req, res) => {
    const state = randomBytes(24).toString('base64url');
    const verifier = randomBytes(32).toString('base64url');
    req.session.benchPending = { state, verifier };
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: CLIENT_ID,
      redirect_uri: callbackURL,
      scope: SCOPE.join(' '),
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    res.redirect(`${authorize}?${query.toString()}`);
  });

  app.get('/callback', async (req, res) => {
    const pending = req.session.benchPending;
    const { code, state } = req.query;
    if (pending === undefined || typeof code !== 'string' || state !== pending.state) {
      res.sendStatus(403);
      return;
    }
    const answer = await postToken(token, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: callbackURL,
      code_verifier: pending.verifier,
    });
    const profile = (await call(userinfo, {
      headers: { authorization: `Bearer ${answer.access_token}` },
    })) as UserinfoAnswer;
    await regenerate(req);
    req.session.benchUser = toSessionUser(profile, toSessionTokens(answer, now));
    res.redirect('/');
  });

  app.get('/guarded', async (req, res) => {
    const user = req.session.benchUser;
    if (user?.tokens === undefined) {
      res.sendStatus(401);
      return;
    }
    if (user.tokens.expiresAt > now()) {
      sendUser(res, user, user.tokens);
      return;
    }
    const tokens = toSessionTokens(await refreshOnce(token, user.tokens.refreshToken), now);
    req.session.benchUser = { ...user, tokens };
    sendUser(res, user, tokens);
  });
  return USUAL_PATHS;
}

function sendUser(res: Response, { id }: SessionUser, { accessToken }: SessionTokens): void {
  res.json({ id, token: accessToken.slice(-8) });
}

function regenerate(req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    req.session.regenerate((error: unknown) => (error instanceof Error ? reject(error) : resolve()));
  });
}

const refreshes = new Map<string, Promise<TokenAnswer>>();

function refreshOnce(url: string, refreshToken: string): Promise<TokenAnswer> {
  const running = refreshes.get(refreshToken);
  if (running !== undefined) return running;
  const started = postToken(url, { grant_type: 'refresh_token', refresh_token: refreshToken });
  refreshes.set(refreshToken, started);
  return started;
}

async function postToken(url: string, parameters: Readonly<Record<string, string>>): Promise<TokenAnswer> {
  const body = new URLSearchParams({ ...parameters, client_id: CLIENT_ID, client_secret: CLIENT_SECRET }).toString();
  return (await call(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) },
    body,
  })) as TokenAnswer;
}

interface Call {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

function call(url: string, { method = 'GET', headers, body }: Call): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const req = request(url, { method, headers, agent }, (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (chunk: string) => (text += chunk));
      res.on('end', () => {
        if (res.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`${url} answered ${res.statusCode ?? 0}.`));
      });
    });
    req.on('error', reject);
    req.end(body);
  });
}
