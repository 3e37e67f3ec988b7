import { describe, expect, test } from '@jest/globals';
import { comeBack, openLogin, whoIs } from '../support/attack';
import { ALL_FLAVOURS } from '../support/flavours';
import { appAt, emulate } from '../support/scene';
import { sessionIdOf } from '../support/session-cookie';

describe.each(ALL_FLAVOURS)('$name', (flavour) => {
  test('a user is led to sign in, comes back to the page, calls Marketing Cloud and signs out', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, { flavour });
    const browser = app.browser();

    const guarded = await browser.get('/api?page=2', { accept: 'text/html' });
    expect([guarded.status, guarded.location]).toEqual([302, '/login?returnTo=%2Fapi%3Fpage%3D2']);
    const callback = await comeBack(emulator, await openLogin(browser, guarded.location));
    expect((await browser.get(callback)).location).toBe('/api?page=2');
    expect(JSON.parse((await browser.get('/api')).text)).toMatchObject({ user: { id: expect.any(Number) } });
    expect(await whoIs(browser)).toMatchObject({ displayName: 'Maya Lind' });

    const signedOut = await browser.send('/logout', { method: 'POST', headers: { origin: app.origin } });
    expect([signedOut.status, signedOut.location, sessionIdOf(browser)]).toEqual([302, '/', '']);
    expect(await whoIs(browser)).toBeNull();
    expect((await browser.get('/api')).status).toBe(401);
    expect(app.errors).toEqual([]);
  });

  test('a wrong secret reaches the error handler, and a refusal Passport', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, { flavour, strategy: { clientSecret: 'not the one' } });
    const browser = app.browser();
    const failed = await browser.get(await comeBack(emulator, await openLogin(browser)));
    expect([failed.status, failed.text]).toEqual([502, '{"error":"invalid_client"}']);
    expect((await browser.get('/cb?state=x&error=access_denied')).status).toBe(403);
  });
});
