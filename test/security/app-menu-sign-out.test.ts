import { expect } from '@jest/globals';
import { appMenuSignOut } from '../../src';
import { attack, signIn, whoIs } from '../support/attack';
import type { AppOptions } from '../support/app';
import { sessionIdOf } from '../support/session-cookie';

const app: Partial<AppOptions> = {
  routes: (express) => {
    express.all('/mc-logout', appMenuSignOut());
  },
};

const CROSS_SITE = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };

attack(
  'K5',
  'a call of the logout endpoint ends this browser’s session only',
  async ({ emulator, browser, anotherBrowser }) => {
    const other = anotherBrowser();
    await signIn(emulator, browser);
    await signIn(emulator, other);
    const stolen = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');

    const target = '/mc-logout?redirect=https://evil.example/&returnTo=//evil.example&user=other';
    const reply = await browser.get(target, CROSS_SITE);
    expect([reply.status, reply.location, reply.text]).toEqual([200, '', '']);
    expect(reply.headers['cache-control']).toBe('no-store');
    expect(sessionIdOf(browser)).toBe('');
    expect((await anotherBrowser().get('/api', { cookie: stolen })).status).toBe(401);
    expect(await whoIs(other)).not.toBeNull();
    expect((await other.get('/api')).status).toBe(200);
  },
  { app },
);

attack(
  'K5b',
  'the logout endpoint can be called again, and by an anonymous browser',
  async ({ emulator, browser }) => {
    for (const round of [1, 2])
      expect([round, (await browser.get('/mc-logout', CROSS_SITE)).status]).toEqual([round, 200]);
    await signIn(emulator, browser);
    for (const round of [1, 2])
      expect([round, (await browser.get('/mc-logout', CROSS_SITE)).status]).toEqual([round, 200]);
    expect((await browser.send('/mc-logout', { method: 'POST' })).status).toBe(405);
  },
  { app },
);
