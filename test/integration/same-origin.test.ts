import { describe, expect, test } from '@jest/globals';
import { embeddedCookie, sameOrigin } from '../../src';
import { appAt, emulate } from '../support/scene';

/** An app with a route of its own, which only its own pages may use. */
async function guardedApp() {
  const app = await appAt(await emulate(), {
    routes: (express) => {
      express.use(sameOrigin());
      express.all('/items', (_req, res) => void res.json({ done: true }));
    },
  });
  return { app, browser: app.browser() };
}

describe('sameOrigin()', () => {
  test('refuses options, since it has none', () => {
    const withOptions = sameOrigin as (options: object) => unknown;
    expect(() => withOptions({ origins: ['https://other.example'] })).toThrow(
      'Option origins of sameOrigin() is unknown',
    );
  });

  test.each<[string, (origin: string) => Record<string, string>, number]>([
    ['that a page of the app has sent', () => ({ 'sec-fetch-site': 'same-origin' }), 200],
    ['with the app’s own origin, from an old browser', (origin) => ({ origin }), 200],
    ['from another site', () => ({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }), 403],
    ['from another site that sends the app’s origin', (origin) => ({ 'sec-fetch-site': 'cross-site', origin }), 403],
    ['from a neighbour under the same domain', () => ({ 'sec-fetch-site': 'same-site' }), 403],
    ['from an address bar', () => ({ 'sec-fetch-site': 'none' }), 403],
    ['that says nothing', () => ({}), 403],
    ['of an opaque origin', () => ({ origin: 'null' }), 403],
  ])('R8 a request that changes something, %s', async (_what, headersFor, status) => {
    const { app, browser } = await guardedApp();
    const reply = await browser.send('/items', { method: 'POST', headers: headersFor(app.origin) });
    expect(reply.status).toBe(status);
    if (status === 403) {
      expect(JSON.parse(reply.text)).toEqual({ error: 'cross_origin', hint: expect.stringContaining(app.origin) });
    }
  });

  test.each(['GET', 'HEAD', 'OPTIONS'])('lets %s pass from anywhere', async (method) => {
    const { browser } = await guardedApp();
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await browser.send('/items', { method, headers })).status).toBe(200);
  });
});

test('R1 embeddedCookie comes back in a frame of another site, and cannot be changed', () => {
  expect(embeddedCookie).toEqual({ path: '/', httpOnly: true, secure: true, sameSite: 'none', partitioned: true });
  expect(Object.isFrozen(embeddedCookie)).toBe(true);
});
