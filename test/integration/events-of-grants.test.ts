import { createHash } from 'node:crypto';
import type { Authenticator } from 'passport';
import type { RequestHandler } from 'express';
import { describe, expect, test } from '@jest/globals';
import { signIn } from '../support/attack';
import { grantScene, LIFETIME_MS, type GrantScene } from '../support/grant-scene';
import { watchEvents } from '../support/watch-events';

const DURATION: unknown = expect.any(Number);

function hash(grantId: string): string {
  return createHash('sha256').update(grantId).digest('base64url');
}

function grantOf({ grantId }: GrantScene): object {
  return { strategy: 'marketing-cloud', grant: hash(grantId) };
}

describe('a refresh', () => {
  test('tells how long it took, and that the refresh token was rotated', async () => {
    const scene = await grantScene();
    scene.pass(LIFETIME_MS + 1_000);
    const events = watchEvents();
    expect((await scene.browser.get('/api')).status).toBe(200);
    const { subdomain } = scene.emulator.strategyOptions();
    expect(events).toEqual([
      ['token-call', expect.objectContaining({ purpose: 'refresh', subdomain, code: undefined })],
      ['refresh-finished', { ...grantOf(scene), subdomain, durationMs: DURATION, rotated: true }],
    ]);
  });

  test('that brings no other refresh token says so', async () => {
    const scene = await grantScene();
    scene.pass(LIFETIME_MS + 1_000);
    scene.emulator.fault('token', {
      transform: (answer) => ({ ...(answer as object), refresh_token: undefined }),
    });
    const events = watchEvents('refresh-finished');
    expect((await scene.browser.get('/api')).status).toBe(200);
    expect(events).toMatchObject([['refresh-finished', { rotated: false }]]);
  });

  test('that fails tells how long it took, and of each of its token calls', async () => {
    const scene = await grantScene();
    scene.pass(LIFETIME_MS + 1_000);
    scene.emulator.fault('token', { status: 503, body: '' });
    const events = watchEvents('token-call', 'refresh-failed');
    expect((await scene.browser.get('/api')).status).toBe(503);
    const calls = events.filter(([name]) => name === 'token-call');
    expect(calls).toHaveLength(scene.emulator.requestsTo('token').length);
    expect(calls[0]?.[1]).toMatchObject({ purpose: 'refresh', code: 'upstream_unavailable', responseStatus: 503 });
    const failed = events.at(-1);
    expect(failed).toMatchObject(['refresh-failed', { durationMs: DURATION, willRetry: true }]);
    const spentMs = calls.reduce((sum, [, { durationMs }]) => sum + (durationMs as number), 0);
    expect(failed?.[1]['durationMs']).toBeGreaterThanOrEqual(spentMs);
  });
});

describe('a grant that is deleted is published', () => {
  test('as signed out, once', async () => {
    const scene = await grantScene();
    const events = watchEvents('grant-forgotten');
    await scene.browser.send('/logout', { method: 'POST', headers: { origin: scene.app.origin } });
    expect(events).toEqual([['grant-forgotten', { ...grantOf(scene), why: 'sign-out' }]]);
  });

  test('as signed out by req.logout', async () => {
    const scene = await grantScene({
      app: {
        routes: (app) => app.post('/passport-logout', (req, res, next) => req.logout((e) => (e ? next(e) : res.end()))),
      },
    });
    const events = watchEvents('grant-forgotten');
    await scene.browser.send('/passport-logout', { method: 'POST' });
    expect(events).toEqual([['grant-forgotten', { ...grantOf(scene), why: 'sign-out' }]]);
  });

  test('as replaced by the next sign-in of its session', async () => {
    const scene = await grantScene();
    const events = watchEvents('grant-forgotten');
    await signIn(scene.emulator, scene.browser);
    expect(events).toEqual([['grant-forgotten', { ...grantOf(scene), why: 'replaced' }]]);
  });

  test('as replaced by passport.authorize', async () => {
    const scene = await grantScene({
      app: {
        routes: (app, { name }, instance) => {
          const connect = (instance as unknown as Authenticator).authorize(name) as RequestHandler;
          app.get(['/login', '/cb'], (req, res, next) => (req.isAuthenticated() ? connect(req, res, next) : next()));
          app.get('/cb', (req, res, next) => (req.isAuthenticated() ? res.redirect('/connected') : next()));
        },
      },
    });
    const events = watchEvents('grant-forgotten');
    expect((await signIn(scene.emulator, scene.browser)).location).toBe('/connected');
    expect(events).toEqual([['grant-forgotten', { ...grantOf(scene), why: 'replaced' }]]);
  });

  test('as disconnected', async () => {
    const scene = await grantScene({
      app: {
        routes: (app) =>
          app.post('/disconnect', (req, res, next) => req.marketingCloud.disconnect().then(() => res.end(), next)),
      },
    });
    const events = watchEvents('grant-forgotten');
    await scene.browser.send('/disconnect', { method: 'POST' });
    expect(events).toEqual([['grant-forgotten', { ...grantOf(scene), why: 'disconnect' }]]);
  });

  test('as forgotten by the app', async () => {
    const scene = await grantScene();
    const events = watchEvents('grant-forgotten');
    await scene.app.strategy.forget(scene.grantId);
    expect(events).toEqual([['grant-forgotten', { ...grantOf(scene), why: 'forget' }]]);
  });

  test('as never used, when the login of its sign-in fails', async () => {
    const scene = await grantScene({
      app: {
        keepUser: {
          toSession: (user) => {
            if (user.displayName?.startsWith('Maya') === false) throw new Error('This user cannot be stored.');
            return user;
          },
          fromSession: (kept) => kept as Express.User,
        },
      },
      user: 'maya.lind',
    });
    const browser = scene.app.browser();
    const events = watchEvents('grant-forgotten', 'sign-in-finished', 'sign-in-refused');
    expect((await signIn(scene.emulator, browser, OTHER_USER)).status).toBe(500);
    expect(events).toEqual([
      ['sign-in-refused', expect.objectContaining({ code: undefined, status: 500, outcome: 'error' })],
      ['grant-forgotten', { strategy: 'marketing-cloud', grant: expect.any(String), why: 'never-used' }],
    ]);
  });

  test('as ended, when userinfo names another user for its tokens', async () => {
    const scene = await grantScene();
    const asAnother = (answer: unknown): unknown => {
      const { user, ...rest } = answer as { user: object };
      return { ...rest, user: { ...user, sub: '999' } };
    };
    scene.emulator.fault('userinfo', { transform: asAnother });
    const events = watchEvents('grant-forgotten');
    const asking = scene.app.strategy.grant(scene.grantId).userinfo();
    await expect(asking).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(events).toEqual([['grant-forgotten', { ...grantOf(scene), why: 'user-changed' }]]);
  });

  test('not at all, when it is kept for jobs', async () => {
    const scene = await grantScene();
    await scene.app.strategy.grant(scene.grantId).keep();
    const events = watchEvents('grant-forgotten');
    await scene.browser.send('/logout', { method: 'POST', headers: { origin: scene.app.origin } });
    expect(events).toEqual([]);
  });
});

const OTHER_USER = 'ravi.menon';
