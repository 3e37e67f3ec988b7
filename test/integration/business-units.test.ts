import { expect, test } from '@jest/globals';
import { MarketingCloudError } from '../../src';
import { comeBack, openLogin, signIn } from '../support/attack';
import { Door } from '../support/door';
import { anotherStrategy, grantScene, LIFETIME_MS } from '../support/grant-scene';
import { appAt, emulate } from '../support/scene';
import type { TestApp } from '../support/app';
import { UnreliableVault } from '../support/unreliable-vault';

const TOP = 510_001_000;
const EUROPE = 510_001_101;
const EVENTS_OF_ANOTHER_TENANT = 520_002_101;

/** Routes that show and switch the business unit. */
function withUnitRoutes(app: TestApp): void {
  app.express.get('/unit', (req, res, next) => {
    req.marketingCloud.credentials().then(({ businessUnitId }) => res.json(businessUnitId), next);
  });
  app.express.get('/context', (req, res, next) => {
    req.marketingCloud.rest.get('/platform/v1/tokenContext').then((context) => res.json(context), next);
  });
  app.express.post('/switch/:mid', (req, res) => {
    req.marketingCloud.switchBusinessUnit(req.params.mid).then(
      ({ businessUnitId }) => res.json(businessUnitId),
      (error: unknown) => {
        const known = error instanceof MarketingCloudError ? error : undefined;
        res.status(known?.status ?? 400).json(known?.code ?? (error as Error).message);
      },
    );
  });
}

test('a switch gets tokens for the other business unit; credentials, userinfo and API follow', async () => {
  const { emulator, app, browser, pass } = await grantScene();
  withUnitRoutes(app);
  expect((await browser.get('/unit')).text).toBe(String(TOP));
  expect((await browser.send(`/switch/${EUROPE}`, { method: 'POST' })).text).toBe(String(EUROPE));
  expect(emulator.requestsTo('token')[0]?.body).toMatchObject({ grant_type: 'refresh_token', account_id: EUROPE });
  expect((await browser.get('/unit')).text).toBe(String(EUROPE));
  expect(JSON.parse((await browser.get('/context')).text)).toMatchObject({ organization: { id: EUROPE } });
  // It stays there over the next refresh.
  pass(LIFETIME_MS + 1_000);
  expect(JSON.parse((await browser.get('/context')).text)).toMatchObject({ organization: { id: EUROPE } });
  expect((await browser.get('/unit')).text).toBe(String(EUROPE));
});

test('a business unit that Marketing Cloud denies is refused politely, and the grant stays as it was', async () => {
  const { app, browser } = await grantScene({ user: 'ravi.menon' });
  withUnitRoutes(app);
  const reply = await browser.send(`/switch/${TOP}`, { method: 'POST' });
  expect([reply.status, reply.text]).toEqual([403, '"business_unit_denied"']);
  expect((await browser.get('/unit')).text).toBe(String(EUROPE));
  expect(JSON.parse((await browser.get('/context')).text)).toMatchObject({ organization: { id: EUROPE } });
});

test.each(['x', '0', '-5', '1.5', '99999999999999999999'])(
  'a MID that is %s is an error before any call',
  async (mid) => {
    const { emulator, app, browser } = await grantScene();
    withUnitRoutes(app);
    const reply = await browser.send(`/switch/${mid}`, { method: 'POST' });
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining('MID')]);
    expect(emulator.requestsTo('token')).toHaveLength(0);
  },
);

test('another tenant’s business unit is denied', async () => {
  const { app, browser } = await grantScene();
  withUnitRoutes(app);
  expect((await browser.send(`/switch/${EVENTS_OF_ANOTHER_TENANT}`, { method: 'POST' })).status).toBe(403);
});

test('switches at once, to the same and to different business units, end in one of them with tokens that fit', async () => {
  const { app, browser } = await grantScene();
  withUnitRoutes(app);
  const replies = await Promise.all(
    [EUROPE, EUROPE, TOP, EUROPE, TOP].map((mid) => browser.send(`/switch/${mid}`, { method: 'POST' })),
  );
  expect(replies.map(({ status }) => status).every((status) => status === 200 || status === 403)).toBe(true);
  const unit = JSON.parse((await browser.get('/unit')).text) as number;
  expect(JSON.parse((await browser.get('/context')).text)).toMatchObject({ organization: { id: unit } });
});

test('requests that run while a switch is refused are served all the same', async () => {
  const { emulator, app, browser, pass } = await grantScene({ user: 'ravi.menon' });
  withUnitRoutes(app);
  pass(LIFETIME_MS + 1_000);
  const denied = browser.send(`/switch/${TOP}`, { method: 'POST' });
  await emulator.requests.waitFor('token');
  const replies = await Promise.all([denied, ...Array.from({ length: 10 }, () => browser.get('/context'))]);
  expect(replies.map(({ status }) => status)).toEqual([403, ...Array.from({ length: 10 }, () => 200)]);
});

test('a sign-in may name its business unit, and a new one for another never shows the old one’s data', async () => {
  const emulator = await emulate();
  let accountId: number = TOP;
  const app = await appAt(emulator, { login: () => ({ accountId }) });
  withUnitRoutes(app);
  const browser = app.browser();
  await signIn(emulator, browser);
  expect((await browser.get('/unit')).text).toBe(String(TOP));
  accountId = EUROPE;
  // A slow page of the old session is still on its way when the new sign-in is done.
  const slow = emulator.fault('tokenContext', { delayMs: 50, times: 1 });
  const old = browser.get('/context');
  await browser.get(await comeBack(emulator, await openLogin(browser)));
  expect(JSON.parse((await old).text)).toMatchObject({ organization: { id: TOP } });
  slow.remove();
  expect((await browser.get('/unit')).text).toBe(String(EUROPE));
  const contexts = await Promise.all(Array.from({ length: 10 }, () => browser.get('/context')));
  for (const context of contexts) expect(JSON.parse(context.text)).toMatchObject({ organization: { id: EUROPE } });
});

test('what userinfo said of earlier tokens is not filed with those of a switch in between', async () => {
  const { emulator, app, browser } = await grantScene({
    strategy: { skipUserProfile: true },
    app: {
      verify: (_a: string, _r: string, _profile: object, done: (error: null, user: object) => void) => done(null, {}),
    },
  });
  withUnitRoutes(app);
  const door = new Door();
  emulator.fault('userinfo', { until: door.opened, timing: 'after', times: 1 });
  const early = browser.get('/unit');
  await emulator.requests.waitFor('userinfo');
  expect((await browser.send(`/switch/${EUROPE}`, { method: 'POST' })).text).toBe(String(EUROPE));
  door.open();
  expect((await early).text).toBe(String(TOP));
  expect((await browser.get('/unit')).text).toBe(String(EUROPE));
});

test('I2 userinfo that names another user ends the grant', async () => {
  const { emulator, app, browser } = await grantScene();
  app.express.get('/who', (req, res) => {
    req.marketingCloud.userinfo().then(
      ({ userId }) => res.json(userId),
      (error: unknown) => res.status((error as MarketingCloudError).status).json((error as MarketingCloudError).code),
    );
  });
  expect((await browser.get('/who')).status).toBe(200);
  emulator.fault('userinfo', {
    transform: (answer) => {
      const { user, ...rest } = answer as { user: object };
      return { ...rest, user: { ...user, sub: '999' } };
    },
    times: 1,
  });
  const reply = await browser.get('/who');
  expect([reply.status, reply.text]).toEqual([401, '"sign_in_required"']);
  expect((await browser.get('/api')).status).toBe(401);
  expect(emulator.requestsTo('token')).toHaveLength(0);
});

test('I2b such a grant ends even when it is being kept at that moment', async () => {
  const vault = new UnreliableVault();
  const scene = await grantScene({ strategy: { vault } });
  const { app, emulator, grantId } = scene;
  const other = anotherStrategy(scene, vault);
  emulator.fault('userinfo', {
    times: 1,
    transform: (answer) => ({ ...(answer as object), user: { ...(answer as { user: object }).user, sub: '999999' } }),
  });
  vault.before = async (operation) => {
    if (operation !== 'markDead') return;
    vault.before = undefined;
    await other.grant(grantId).keep();
  };
  const grant = app.strategy.grant(grantId);
  await expect(grant.userinfo()).rejects.toMatchObject({ code: 'sign_in_required' });
  await expect(grant.credentials()).rejects.toMatchObject({ code: 'sign_in_required' });
  await other.close();
});

test('switches that are refused for unknown reasons leave an expired grant as it was, however many', async () => {
  const { emulator, app, browser, pass } = await grantScene();
  withUnitRoutes(app);
  pass(LIFETIME_MS + 1_000);
  const refusing = emulator.fault('token', { status: 400, body: { error: 'invalid_request' } });
  for (let round = 0; round < 4; round += 1) {
    expect((await browser.send(`/switch/${EUROPE}`, { method: 'POST' })).status).toBe(502);
  }
  expect(emulator.requestsTo('token')).toHaveLength(4);
  refusing.remove();
  expect((await browser.get('/context')).status).toBe(200);
});

test('P6 a switch whose answer is lost does not spend the rest of a token that is still good', async () => {
  const { emulator, app, browser } = await grantScene();
  withUnitRoutes(app);
  emulator.fault('token', { drop: 'before-headers', timing: 'after', times: 1 });
  expect((await browser.send(`/switch/${EUROPE}`, { method: 'POST' })).status).toBe(503);
  expect(emulator.requestsTo('token')).toHaveLength(1);
  expect((await browser.get('/context')).status).toBe(200);
});

test('switches at once each answer for the business unit that they were asked for', async () => {
  const vault = new UnreliableVault();
  const { app, grantId } = await grantScene({ strategy: { vault } });
  const grant = app.strategy.grant(grantId);
  const units = await Promise.all([EUROPE, TOP].map((unit) => grant.switchBusinessUnit(unit)));
  expect(units.map(({ businessUnitId }) => businessUnitId)).toEqual([EUROPE, TOP]);
});

test('credentials whose token userinfo has refused come with the one that it took', async () => {
  const { emulator, app, browser, shift } = await grantScene({
    strategy: { skipUserProfile: true },
    app: {
      verify: (_a: string, _r: string, _profile: object, done: (error: null, user: object) => void) => done(null, {}),
    },
  });
  app.express.get('/same', (req, res, next) => {
    const twice = async (): Promise<boolean> => {
      const first = await req.marketingCloud.credentials();
      return first.accessToken === (await req.marketingCloud.credentials()).accessToken;
    };
    twice().then((same) => res.json(same), next);
  });
  shift(60_000);
  emulator.fault('userinfo', { status: 401, body: {}, times: 1 });
  expect((await browser.get('/same')).text).toBe('true');
});
