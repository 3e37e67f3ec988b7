import type { RequestHandler } from 'express';
import { describe, expect, test } from '@jest/globals';
import type { Strategy } from '../../src';
import { signIn } from '../support/attack';
import { heldClock } from '../support/clock';
import { appAt, emulate } from '../support/scene';

const TEN_MINUTES_MS = 600_000;

/** What an app's custom callback gets. */
interface SignedIn {
  readonly strategy: Strategy;
  readonly grantId: string;
  readonly logIn: () => Promise<void>;
}

/** A sign-in at an app with a custom callback. Resolves when the app's response has closed, too. */
async function signInAt(onSignIn: (signedIn: SignedIn) => Promise<unknown> | undefined, knowsResponse = true) {
  const clock = heldClock();
  const emulator = await emulate();
  let closed: Promise<void> | undefined;
  const app = await appAt(emulator, {
    strategy: { clock: clock.now },
    routes: (express, strategy, passport) => {
      express.get('/cb', (req, res, next) => {
        closed = new Promise((resolve) => res.once('close', () => setImmediate(resolve)));
        if (!knowsResponse) Reflect.deleteProperty(req, 'res');
        const logIn = (user: Express.User): Promise<void> =>
          new Promise((resolve, reject) => {
            req.logIn(user, (error) => (error === undefined ? resolve() : reject(error as Error)));
          });
        const done = (error: unknown, user: Express.User | false, info: { grantId: string }): void => {
          if (user === false) {
            next(error);
            return;
          }
          const { grantId } = info;
          Promise.resolve(onSignIn({ strategy, grantId, logIn: () => logIn(user) })).then(
            () => res.end(JSON.stringify({ grantId })),
            next,
          );
        };
        (passport.authenticate(strategy.name, done) as RequestHandler)(req, res, next);
      });
    },
  });
  const browser = app.browser();
  const { grantId } = JSON.parse((await signIn(emulator, browser)).text) as { grantId: string };
  await closed;
  return { strategy: app.strategy, browser, clock, grantId };
}

describe('the grant of a sign-in', () => {
  test('that opens no session is forgotten after ten minutes', async () => {
    const { strategy, clock, grantId } = await signInAt(() => undefined);
    clock.advance(TEN_MINUTES_MS);
    await expect(strategy.credentials(grantId)).rejects.toMatchObject({ code: 'sign_in_required' });
  });

  test('is forgotten too where the request does not know its response, and kept by a login', async () => {
    const unused = await signInAt(() => undefined, false);
    unused.clock.advance(TEN_MINUTES_MS);
    await expect(unused.strategy.credentials(unused.grantId)).rejects.toMatchObject({ code: 'sign_in_required' });
    const held = await signInAt(({ logIn }) => logIn(), false);
    held.clock.advance(TEN_MINUTES_MS);
    expect((await held.strategy.credentials(held.grantId)).accessToken).toHaveLength(512);
  });

  test.each([
    ['before the response has ended', (use: () => Promise<unknown>) => use(), 0],
    ['within ten minutes', () => undefined, TEN_MINUTES_MS - 1_000],
  ])('that opens no session lives on when it is used %s', async (_when, atOnce, usedAfterMs) => {
    const { strategy, clock, grantId } = await signInAt((signedIn) =>
      atOnce(() => signedIn.strategy.credentials(signedIn.grantId)),
    );
    clock.advance(usedAfterMs);
    if (usedAfterMs > 0) await strategy.credentials(grantId);
    clock.advance(TEN_MINUTES_MS);
    expect((await strategy.credentials(grantId)).accessToken).toHaveLength(512);
  });

  test('that opens its session later than at once lives as long as the session', async () => {
    const { browser, clock } = await signInAt(async ({ logIn }) => {
      await new Promise(setImmediate);
      await logIn();
    });
    clock.advance(TEN_MINUTES_MS);
    expect((await browser.get('/api')).status).toBe(200);
  });
});
