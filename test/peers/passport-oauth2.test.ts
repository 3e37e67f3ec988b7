import { expect, test } from '@jest/globals';
import express, { type Express, type RequestHandler } from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import type { Emulator } from 'passport-marketing-cloud/emulator';
import request from 'supertest';
import { emulate } from '../support/peers/emulate';
import { fieldsOf, textOf } from '../support/peers/fields';
import { PlainStrategy } from '../support/peers/plain-strategy';

type Agent = ReturnType<typeof request.agent>;

/** An app that knows nothing of this package. */
function plainApp(strategy: PlainStrategy): Express {
  const passport = new Passport();
  passport.use('plain', strategy);
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));
  const app = express();
  app.use(session({ secret: 'for tests', resave: false, saveUninitialized: false }));
  app.use(passport.session() as RequestHandler);
  app.get('/login', passport.authenticate('plain') as RequestHandler);
  app.get(
    '/auth/callback',
    passport.authenticate('plain', { successRedirect: '/', failureRedirect: '/refused' }) as RequestHandler,
  );
  app.get('/me', (req, res) => void res.json(req.user ?? {}));
  return app;
}

/** Opens the login route, signs in on the emulator's pages, and gives the callback's path and query. */
async function callbackFor(agent: Agent, emulator: Emulator, username?: string): Promise<string> {
  const { headers } = await agent.get('/login').expect(302);
  const { pathname, search } = new URL(await emulator.signIn(textOf(headers, 'location'), username));
  return `${pathname}${search}`;
}

test('plain passport-oauth2 signs in and reads the profile', async () => {
  const emulator = await emulate();
  const agent = request.agent(plainApp(new PlainStrategy(emulator)));
  await agent
    .get(await callbackFor(agent, emulator, 'ravi.menon'))
    .expect(302)
    .expect('location', '/');

  const user = fieldsOf((await agent.get('/me')).body);
  expect(user).toMatchObject({ id: '711204355', name: 'Ravi Menon' });
  const exchange = emulator.requests.last('token');
  expect(exchange?.status).toBe(200);
  expect(exchange?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(exchange?.body).toMatchObject({ grant_type: 'authorization_code', ...clientOf(emulator) });
  expect(emulator.requests.last('userinfo')).toMatchObject({
    status: 200,
    headers: { authorization: `Bearer ${textOf(user, 'accessToken')}` },
  });
});

test('plain passport-oauth2 signs in with PKCE', async () => {
  const emulator = await emulate({ pkce: 'enforce-if-sent' });
  const agent = request.agent(plainApp(new PlainStrategy(emulator, { pkce: true })));
  await agent.get(await callbackFor(agent, emulator)).expect('location', '/');

  expect(emulator.requests.last('authorize')?.query).toHaveProperty('code_challenge');
  expect(emulator.requests.last('token')?.body).toHaveProperty('code_verifier');
});

test('plain passport-oauth2 refuses a callback with another state', async () => {
  const emulator = await emulate();
  const agent = request.agent(plainApp(new PlainStrategy(emulator)));
  const callback = await callbackFor(agent, emulator);
  await agent.get(callback.replace(/state=[^&]*/, 'state=another')).expect('location', '/refused');

  expect(emulator.requestsTo('token')).toHaveLength(0);
});

test('plain passport-oauth2 refreshes, and the old refresh token is spent', async () => {
  const emulator = await emulate();
  const strategy = new PlainStrategy(emulator);
  const agent = request.agent(plainApp(strategy));
  await agent.get(await callbackFor(agent, emulator)).expect('location', '/');
  const user = fieldsOf((await agent.get('/me')).body);
  const refreshToken = textOf(user, 'refreshToken');
  const refreshed = await strategy.refresh(refreshToken);

  expect(refreshed.accessToken).not.toBe(textOf(user, 'accessToken'));
  expect(refreshed.refreshToken).not.toBe(refreshToken);
  expect(emulator.requests.last('token')).toMatchObject({
    status: 200,
    body: { grant_type: 'refresh_token', refresh_token: refreshToken, ...clientOf(emulator) },
  });
  await expect(strategy.refresh(refreshToken)).rejects.toThrow('refused with 401');
});

test('plain passport-oauth2 hands on that a user has no licence', async () => {
  const emulator = await emulate();
  const agent = request.agent(plainApp(new PlainStrategy(emulator)));
  const callback = await callbackFor(agent, emulator, 'tom.berg');

  expect(callback).toContain('error=user_not_licensed');
  const { status, text } = await agent.get(callback);
  expect(status).toBe(500);
  expect(text).toContain('AuthorizationError');
});

function clientOf(emulator: Emulator): object {
  const { clientID, clientSecret } = emulator.strategyOptions();
  return { client_id: clientID, client_secret: clientSecret };
}
