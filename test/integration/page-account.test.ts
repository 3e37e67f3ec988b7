import { describe, expect, test } from '@jest/globals';
import { marketingCloud, requireMarketingCloud, type Strategy } from '../../src';
import { signIn } from '../support/attack';
import { appAt, emulate } from '../support/scene';

/** An app whose page prints the tag of its account, and whose API is guarded. */
async function appWithPages(loginUrl?: string) {
  const emulator = await emulate();
  const switched: { strategy?: Strategy } = {};
  const app = await appAt(emulator, {
    routes: (express, strategy) => {
      switched.strategy = strategy;
      if (loginUrl !== undefined) express.use(marketingCloud(strategy, { loginUrl }));
      express.get('/unguarded', (req, res, next) => {
        const before = req.marketingCloud.account ?? null;
        req.marketingCloud.credentials().then(() => res.json({ before, after: req.marketingCloud.account }), next);
      });
      express.get('/page', requireMarketingCloud(), (req, res) => void res.json(req.marketingCloud.account));
      express.post('/switch', requireMarketingCloud(), (req, res, next) => {
        const { searchParams } = new URL(req.url, app.origin);
        const tags = [req.marketingCloud.account];
        req.marketingCloud.switchBusinessUnit(searchParams.get('to') ?? '').then(() => {
          res.json([...tags, req.marketingCloud.account]);
        }, next);
      });
    },
  });
  return { emulator, app };
}

describe('the tag of a page’s account', () => {
  test('is short, says no id, and is the same for the same user in the same business unit', async () => {
    const { emulator, app } = await appWithPages();
    const tags: string[] = [];
    for (const browser of [app.browser(), app.browser()]) {
      await signIn(emulator, browser);
      tags.push(JSON.parse((await browser.get('/page')).text) as string);
    }
    expect(tags[0]).toBe(tags[1]);
    expect(tags[0]).toMatch(/^[\w-]{16}$/);
  });

  test('is undefined before a sign-in, and before the grant has been read', async () => {
    const { emulator, app } = await appWithPages();
    const browser = app.browser();
    await signIn(emulator, browser);
    const { before, after } = JSON.parse((await browser.get('/unguarded')).text) as Record<string, unknown>;
    expect([before, after]).toEqual([null, expect.stringMatching(/^[\w-]{16}$/)]);
  });

  test('changes with the business unit, and a page that was made for the one before is refused', async () => {
    const { emulator, app } = await appWithPages();
    const browser = app.browser();
    await signIn(emulator, browser);
    const account = JSON.parse((await browser.get('/page')).text) as string;
    const page = { 'x-marketing-cloud-account': account };
    expect((await browser.get('/api', page)).status).toBe(200);
    const [, europe] = emulator.world.tenants[0]?.businessUnits ?? [];
    const switched = await browser.send(`/switch?to=${String(europe?.id)}`, { method: 'POST' });
    const [before, after] = JSON.parse(switched.text) as string[];
    expect([before, after === before]).toEqual([account, false]);
    const refused = await browser.get('/api', page);
    expect([refused.status, JSON.parse(refused.text)]).toEqual([
      409,
      { error: 'account_changed', hint: expect.any(String) },
    ]);
    expect((await browser.get('/api', { 'x-marketing-cloud-account': '' })).status).toBe(200);
  });
});

describe('a sign-in that is required', () => {
  test.each([
    [undefined, '/login'],
    ['/start/"here"', '/start/\\"here\\"'],
  ])('where a route throws it, names the login route %s in WWW-Authenticate', async (loginUrl, quoted) => {
    const { app } = await appWithPages(loginUrl);
    const reply = await app.browser().get('/unguarded');
    expect([reply.status, reply.headers['www-authenticate']]).toEqual([401, `MarketingCloud login_url="${quoted}"`]);
  });
});
