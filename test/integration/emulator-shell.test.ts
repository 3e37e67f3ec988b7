import { describe, expect, test } from '@jest/globals';
import type { Emulator, EmulatorOptions } from '../../src/emulator';
import { Browser } from '../support/browser';
import { emulate } from '../support/scene';

const APPS = [
  { name: 'First <app>', loginUrl: 'https://127.0.0.1:3000/', logoutUrl: 'https://127.0.0.1:3000/out' },
  { name: 'Second', loginUrl: 'https://127.0.0.1:4000/' },
];

/** The shell, signed in to as a browser would. */
async function openShell(options: EmulatorOptions = {}) {
  const emulator = await emulate({ menuApps: APPS, ...options });
  const { origin, host } = new URL(emulator.appMenuUrl);
  const browser = new Browser(emulator.url);
  const get = (target: string) => browser.get(target.replace(origin, ''), { host });
  const post = (target: string, form: Record<string, string>) =>
    browser.send(target, {
      method: 'POST',
      headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    });
  const login = (await get('/app-menu')).location;
  const form = await get(login);
  const execution = /name="execution" value="([^"]+)"/.exec(form.text)?.[1] ?? '';
  const back = await post(login.replace(origin, ''), { username: 'maya.lind', execution });
  let target = back.location;
  let pages = 0;
  // Relative to the login pages.
  for (; target.startsWith('on-the-way'); pages += 1) {
    const { text } = await get(`${new URL(login).pathname.replace(/login$/, '')}${target}`);
    target = /content="0; url=([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  }
  while (target.includes('ticket=')) target = (await get(target)).location;
  return { emulator, get, post, login, origin, pages, page: await get(target) };
}

/** The business unit that a sign-in through the shell's browser gets tokens for. */
async function businessUnitAfter(emulator: Emulator, get: (target: string) => Promise<{ location: string }>) {
  const { subdomain, clientID, clientSecret } = emulator.strategyOptions();
  const { origin } = new URL(emulator.appMenuUrl);
  const redirectUri = 'https://127.0.0.1:3000/cb';
  const query = new URLSearchParams({ response_type: 'code', client_id: clientID, redirect_uri: redirectUri });
  let location = `${origin}/${subdomain}/auth/v2/authorize?${query.toString()}`;
  while (!location.startsWith(redirectUri)) location = (await get(location)).location;
  const answer = await fetch(`${emulator.url}/${subdomain}/auth/v2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ grant_type: 'authorization_code', client_id: clientID, client_secret: clientSecret },
      ...{ code: new URL(location).searchParams.get('code'), redirect_uri: redirectUri },
    }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const userinfo = await fetch(`${emulator.url}/${subdomain}/auth/v2/userinfo`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return ((await userinfo.json()) as { organization: { member_id: number } }).organization.member_id;
}

describe('the shell', () => {
  test('asks who the user is on its own site, and shows the apps of the menu with the first in a frame', async () => {
    const { login, origin, page } = await openShell();
    expect([new URL(origin).hostname, login.startsWith(`${origin}/`)]).toEqual(['localhost', true]);
    expect(page.status).toBe(200);
    expect(page.text).toMatch(/First &lt;app&gt;[^]*Second[^]*Maya Lind/);
    expect(page.text).toContain('<iframe name="app" title="First &lt;app&gt;" src="https://127.0.0.1:3000/"');
    expect(page.headers['x-frame-options']).toBeUndefined();
  });

  test('shows another app, and one that was added later', async () => {
    const { emulator, get } = await openShell();
    emulator.world.menuApps.push({ name: 'Third', loginUrl: 'https://127.0.0.1:5000/' });
    expect((await get('/app-menu?app=2')).text).toContain('src="https://127.0.0.1:5000/"');
  });

  test('switches the business unit of the sign-ins that follow, and calls the logout endpoints', async () => {
    const { emulator, get, post } = await openShell();
    expect(await businessUnitAfter(emulator, get)).toBe(510_001_000);
    const switched = await post('/app-menu/business-unit', { id: '510001101' });
    expect(switched.text).toContain('{"logoutUrls":["https://127.0.0.1:3000/out"],"next":"/app-menu"}');
    expect(await businessUnitAfter(emulator, get)).toBe(510_001_101);
    await post('/app-menu/business-unit', { id: '1' });
    expect(await businessUnitAfter(emulator, get)).toBe(510_001_101);
  });

  test('signs out by the login host, after the apps', async () => {
    const { get, origin } = await openShell();
    const leaving = await get('/app-menu/sign-out');
    expect(leaving.text).toContain(`"next":"${origin}/mcemulator-alpine-outfitters/login/hub-cas/logout?service=`);
    expect((await get('/app-menu')).location).toMatch(/hub-cas\/login/);
  });

  test('has switches for what is not known of the real one', async () => {
    const { page, pages } = await openShell({
      openerPolicy: 'same-origin',
      frameSandbox: 'allow-scripts',
      pagesOnTheWay: 2,
    });
    expect(page.headers['cross-origin-opener-policy']).toBe('same-origin');
    expect(page.text).toContain('sandbox="allow-scripts"');
    expect(pages).toBe(2);
  });

  test.each([
    [{ menuApps: [{ name: 'x', loginUrl: 'no URL' }] }, 'menuApps must list apps such as'],
    [{ loginSameSite: 'sometimes' }, 'loginSameSite'],
    [{ pagesOnTheWay: 11 }, 'pagesOnTheWay must be a whole number from 0 to 10'],
  ])('refuses the options %j', async (options, problem) => {
    await expect(emulate(options as EmulatorOptions)).rejects.toThrow(problem);
  });
});
