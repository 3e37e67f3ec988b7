import { setImmediate as nextTurn } from 'node:timers/promises';
import session from 'express-session';
import { expect, test } from '@jest/globals';
import { requireMarketingCloud, type Credentials } from '../../src';
import { openLogin, comeBack, signIn } from '../support/attack';
import { Door } from '../support/door';
import { abandon, grantScene, LIFETIME_MS } from '../support/grant-scene';
import { appAt, emulate } from '../support/scene';

/** A route that shows what the guard put on the session user. */
const showingUser = (seen: { credentials?: Credentials | undefined; json?: string; session?: string }) => ({
  routes: (express: Parameters<NonNullable<Parameters<typeof appAt>[1] & object>['routes'] & object>[0]) => {
    express.get('/deep', requireMarketingCloud(), (req, res) => {
      const user = req.user as { marketingCloud?: Credentials };
      seen.credentials = user.marketingCloud;
      seen.json = JSON.stringify({ user, spread: { ...user }, entries: Object.entries(user) });
      seen.session = JSON.stringify(req.session);
      res.json({ accessToken: user.marketingCloud?.accessToken });
    });
  },
});

test('the session user carries the access token and the base URLs, and the session record neither token', async () => {
  const emulator = await emulate();
  const store = new session.MemoryStore();
  const seen: Parameters<typeof showingUser>[0] = {};
  const app = await appAt(emulator, { ...showingUser(seen), session: { store } });
  const browser = app.browser();
  await signIn(emulator, browser);
  expect((await browser.get('/deep')).status).toBe(200);

  const { subdomain } = emulator.strategyOptions();
  expect(seen.credentials).toMatchObject({
    accessToken: expect.stringMatching(/^.{512}$/),
    refreshToken: expect.stringMatching(/^.{512}$/),
    restBaseUrl: emulator.baseUrl('rest'),
    soapBaseUrl: emulator.baseUrl('soap'),
    authBaseUrl: emulator.baseUrl('auth'),
    subdomain,
    businessUnitId: emulator.world.tenants[0]?.enterpriseId,
    enterpriseId: emulator.world.tenants[0]?.enterpriseId,
  });
  expect(seen.credentials?.expiresAt).toBeGreaterThan(Date.now() + 1_000_000);
  const tokens = [seen.credentials?.accessToken, seen.credentials?.refreshToken];
  const records = await new Promise<unknown>((resolve) => store.all((_error, all) => resolve(all)));
  const own = Object.values(records as Record<string, object>).filter((record) => 'passport' in record);
  expect(own).toHaveLength(1);
  for (const token of tokens) {
    expect(token).toBeDefined();
    expect([seen.json, seen.session, JSON.stringify(own)].filter((text) => text?.includes(token ?? ''))).toEqual([]);
  }
});

test('in the callback’s own request req.marketingCloud is ready right after the login', async () => {
  const emulator = await emulate();
  const app = await appAt(emulator, {
    callback: {},
    routes: (express) => {
      express.get('/before', (_req, res) => void res.end());
    },
  });
  app.express.get('/cb', (req, res, next) => {
    req.marketingCloud
      .credentials()
      .then(({ subdomain }) => res.json({ connected: req.marketingCloud.connected, subdomain }), next);
  });
  const browser = app.browser();
  const reply = await browser.get(await comeBack(emulator, await openLogin(browser)));
  expect(JSON.parse(reply.text)).toEqual({ connected: true, subdomain: emulator.strategyOptions().subdomain });
});

test('a class instance with private fields goes on working behind the guard', async () => {
  class Account {
    #visits = 0;
    constructor(readonly id: string) {}
    get visits(): number {
      return this.#visits;
    }
    set visits(count: number) {
      this.#visits = count;
    }
    visit(): this {
      this.#visits += 1;
      return this;
    }
  }
  const accounts = new Map([['maya', Object.freeze(new Account('maya'))]]);
  const emulator = await emulate();
  const app = await appAt(emulator, {
    verify: (
      _at: string,
      _rt: string,
      _params: object,
      _profile: object,
      done: (error: unknown, user: object) => void,
    ) => done(null, accounts.get('maya') ?? {}),
    keepUser: {
      toSession: () => 'maya',
      fromSession: (id) => accounts.get(String(id)) as Express.User,
    },
    routes: (express) => {
      express.get('/account', requireMarketingCloud(), (req, res) => {
        const user = req.user as unknown as Account & { marketingCloud?: Credentials };
        user.visits = 4;
        res.json({
          isAccount: user instanceof Account,
          chained: user.visit() === user,
          visits: user.visits,
          own: Object.keys(user),
          has: 'marketingCloud' in user,
          token: user.marketingCloud?.accessToken.length,
          original: Reflect.has(accounts.get('maya') ?? {}, 'marketingCloud'),
        });
      });
    },
  });
  const browser = app.browser();
  await signIn(emulator, browser);
  expect(JSON.parse((await browser.get('/account')).text)).toEqual({
    isAccount: true,
    chained: true,
    visits: 5,
    own: ['id'],
    has: true,
    token: 512,
    original: false,
  });
});

test('the view of the user is empty of tokens once the response has ended', async () => {
  const emulator = await emulate();
  let kept: { marketingCloud?: Credentials } | undefined;
  const app = await appAt(emulator, {
    routes: (express) => {
      express.get('/keep', requireMarketingCloud(), (req, res) => {
        kept = req.user as { marketingCloud?: Credentials };
        res.once('close', () => undefined).end(kept.marketingCloud?.accessToken.length.toString());
      });
    },
  });
  const browser = app.browser();
  await signIn(emulator, browser);
  expect((await browser.get('/keep')).text).toBe('512');
  expect(kept?.marketingCloud).toBeUndefined();
});

test('the view of the user has credentials for a client who went away until the handler ends the response', async () => {
  const { app, browser, emulator, pass } = await grantScene();
  const reached = new Door();
  let user: { marketingCloud?: Credentials } | undefined;
  let length = 0;
  let hasEnded = (): boolean => false;
  app.express.get('/late', requireMarketingCloud(), (req, res) => {
    user = req.user as typeof user;
    const { accessToken } = user?.marketingCloud as Credentials;
    ({ length } = accessToken);
    hasEnded = () => res.writableEnded;
    res.end();
    void reached.pass();
  });
  pass(LIFETIME_MS + 1_000);
  const answering = new Door();
  emulator.fault('token', { until: answering.opened, timing: 'after', times: 1 });
  const gone = new Promise<void>((resolve) => {
    app.server.once('request', (_req, res) => res.once('close', resolve));
  });
  await abandon(browser, '/late', () => emulator.requests.waitFor('token'));
  await gone;
  answering.open();
  await reached.arrived;
  // express-session ends the response when it has looked after its session.
  while (!hasEnded()) await nextTurn();
  expect([length, user?.marketingCloud]).toEqual([512, undefined]);
});
