import { expect, test } from '@jest/globals';
import type { RequestHandler } from 'express';
import { comeBack } from '../support/attack';
import { appAt, emulate } from '../support/scene';

test('fifty interleaved sign-ins for two tenants, by the instance itself, each land in their own session', async () => {
  const emulator = await emulate({ publishedApp: true });
  const users = emulator.world.tenants
    .slice(0, 2)
    .map(({ subdomain, users: [user] }) => ({ subdomain, username: user?.username ?? '' }));
  const app = await appAt(emulator, {
    strategy: { multiTenant: true },
    routes: (express, strategy, passport) => {
      express.get('/instance', (req, res, next) => {
        const subdomain = req.query['tenant'] as string;
        (passport.authenticate(strategy, { subdomain, successRedirect: '/home' }) as RequestHandler)(req, res, next);
      });
      express.get('/cb', passport.authenticate(strategy, { successRedirect: '/home' }) as RequestHandler);
    },
  });
  // Answers come late and out of order.
  for (const endpoint of ['token', 'userinfo'] as const) {
    for (const [every, delayMs] of [
      [2, 40],
      [3, 10],
    ] as const) {
      let count = 0;
      emulator.fault(endpoint, { delayMs, when: () => (count += 1) % every === 0 });
    }
  }

  const landed = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const { subdomain, username } = users[index % 2] ?? { subdomain: '', username: '' };
      const browser = app.browser();
      const login = await browser.get(`/instance?tenant=${subdomain}`);
      const reply = await browser.get(await comeBack(emulator, login.location, username));
      const { user } = JSON.parse((await browser.get('/me')).text) as { user: Record<string, unknown> };
      const context = await browser.get('/api');
      return { location: reply.location, got: [user['subdomain'], user['username']], status: context.status };
    }),
  );
  expect(landed).toEqual(
    Array.from({ length: 50 }, (_, index) => ({
      location: '/home',
      got: [users[index % 2]?.subdomain, users[index % 2]?.username],
      status: 200,
    })),
  );
});
