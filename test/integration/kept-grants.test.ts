import { expect, test } from '@jest/globals';
import { comeBack, openLogin } from '../support/attack';
import { gate, grantScene, LIFETIME_MS, type GrantScene } from '../support/grant-scene';
import { RecordingStore } from '../support/stores';
import { UnreliableVault } from '../support/unreliable-vault';

async function keptScene(): Promise<GrantScene & { readonly store: RecordingStore }> {
  const store = new RecordingStore();
  const scene = await grantScene({ app: { session: { store } } });
  scene.app.express.post('/keep', (req, res, next) => {
    req.marketingCloud.keep().then((id) => res.json(id), next);
  });
  scene.app.express.post('/disconnect', (req, res, next) => {
    req.marketingCloud.disconnect().then(() => res.json(req.marketingCloud.connected), next);
  });
  return { ...scene, store };
}

const ours = { 'sec-fetch-site': 'same-origin' };

test('a grant that is kept lives on for jobs after sign-out, and is refreshed there', async () => {
  const { app, emulator, browser, grantId, pass } = await keptScene();
  expect(JSON.parse((await browser.send('/keep', { method: 'POST' })).text)).toBe(grantId);
  expect((await browser.send('/logout', { method: 'POST', headers: ours })).status).toBe(302);
  expect((await browser.get('/api')).status).toBe(401);
  pass(LIFETIME_MS + 1_000);
  const { accessToken } = await app.strategy.credentials(grantId);
  expect(emulator.requestsTo('token')).toHaveLength(1);
  expect(await app.strategy.grant(grantId).rest.get('/platform/v1/tokenContext')).toMatchObject({
    user: { id: expect.any(Number) },
  });
  expect(accessToken).toHaveLength(512);
  await app.strategy.forget(grantId);
  await expect(app.strategy.credentials(grantId)).rejects.toMatchObject({ code: 'sign_in_required' });
});

test('a session that comes back after sign-out does not reach the kept grant; only its id does', async () => {
  const { app, browser, grantId, store } = await keptScene();
  await browser.send('/keep', { method: 'POST' });
  const before = await store.records();
  const [sid = '', record] = Object.entries(before).find(([key]) => !key.startsWith('mcg_')) ?? [];
  const { cookie } = browser;
  await browser.send('/logout', { method: 'POST', headers: ours });
  // What a slow request does with express-session: it writes the whole record again.
  await new Promise((resolve) => store.set(sid, record as never, resolve));
  expect((await browser.get('/api', { cookie })).status).toBe(401);
  // Nor does it end it.
  expect((await browser.send('/disconnect', { method: 'POST', headers: { cookie } })).text).toBe('false');
  expect((await app.strategy.credentials(grantId)).accessToken).toHaveLength(512);
});

test('the next sign-in in the same browser leaves a kept grant in the vault', async () => {
  const { app, emulator, browser, grantId } = await keptScene();
  await browser.send('/keep', { method: 'POST' });
  await browser.get(await comeBack(emulator, await openLogin(browser)));
  expect((await browser.get('/api')).status).toBe(200);
  expect((await browser.get('/grant-id')).text).not.toContain(grantId);
  expect((await app.strategy.credentials(grantId)).accessToken).toHaveLength(512);
});

test('a grant that is not kept is forgotten by the next sign-in', async () => {
  const { app, emulator, browser, grantId } = await keptScene();
  await browser.get(await comeBack(emulator, await openLogin(browser)));
  await expect(app.strategy.credentials(grantId)).rejects.toMatchObject({ code: 'sign_in_required' });
});

test('disconnect() forgets a kept grant too', async () => {
  const { app, browser, grantId } = await keptScene();
  await browser.send('/keep', { method: 'POST' });
  expect((await browser.send('/disconnect', { method: 'POST' })).text).toBe('false');
  await expect(app.strategy.credentials(grantId)).rejects.toMatchObject({ code: 'sign_in_required' });
});

test('disconnect() can be repeated when the vault was away', async () => {
  const { app, browser, grantId, store } = await keptScene();
  app.express.post('/disconnect', (req, res, next) => {
    req.marketingCloud.disconnect().then(() => res.end(), next);
  });
  const destroy = store.destroy.bind(store);
  store.destroy = (_sid, done) => done?.(new Error('away'));
  expect((await browser.send('/disconnect', { method: 'POST' })).status).toBe(503);
  store.destroy = destroy;
  expect((await browser.send('/disconnect', { method: 'POST' })).status).toBe(200);
  await expect(app.strategy.credentials(grantId)).rejects.toMatchObject({ code: 'sign_in_required' });
});

test('a dead grant cannot be kept', async () => {
  const { app, emulator, grantId, pass } = await keptScene();
  emulator.revoke();
  pass(LIFETIME_MS + 1_000);
  await expect(app.strategy.grant(grantId).keep()).rejects.toMatchObject({ code: 'sign_in_required' });
});

test('keeping a grant while it is being refreshed loses neither the tokens nor the mark', async () => {
  const { app, emulator, browser, grantId, pass } = await keptScene();
  pass(LIFETIME_MS - 120_000);
  const { opened, open } = gate();
  emulator.fault('token', {
    until: opened,
    timing: 'after',
  });
  expect((await browser.get('/api')).status).toBe(200);
  await emulator.requests.waitFor('token');
  expect((await browser.send('/keep', { method: 'POST' })).status).toBe(200);
  open();
  pass(119_000);
  expect((await browser.get('/api')).status).toBe(200);
  expect(emulator.requestsTo('token')).toHaveLength(1);
  await browser.send('/logout', { method: 'POST', headers: ours });
  expect((await app.strategy.credentials(grantId)).accessToken).toHaveLength(512);
});

test('keeping a grant in a cool-down does not end that', async () => {
  const { app, emulator, browser, pass } = await keptScene();
  pass(LIFETIME_MS - 120_000);
  emulator.fault('token', { status: 503, headers: { 'Retry-After': '30' }, body: 'down' });
  expect((await browser.get('/api')).status).toBe(200);
  await app.strategy.close();
  expect((await browser.send('/keep', { method: 'POST' })).status).toBe(200);
  expect((await browser.get('/api')).status).toBe(200);
  await app.strategy.close();
  expect(emulator.requestsTo('token')).toHaveLength(1);
  pass(30_000);
  expect((await browser.get('/api')).status).toBe(200);
  await app.strategy.close();
  expect(emulator.requestsTo('token')).toHaveLength(2);
});

test('keeping a grant whose new tokens were lost on their way leaves the loss to be told', async () => {
  const { app, emulator, browser, grantId, pass } = await keptScene();
  pass(LIFETIME_MS - 120_000);
  emulator.fault('token', { drop: 'before-headers', timing: 'after', times: 1 });
  expect((await browser.get('/api')).status).toBe(200);
  await app.strategy.close();
  expect((await browser.send('/keep', { method: 'POST' })).status).toBe(200);
  pass(121_000);
  await expect(app.strategy.credentials(grantId)).rejects.toMatchObject({ reason: 'rotation_lost' });
});

test('a grant that is kept while its session is signing out stays for jobs', async () => {
  const vault = new UnreliableVault();
  const { app, browser, grantId } = await grantScene({ strategy: { vault } });
  vault.after = async (operation) => {
    if (operation !== 'read') return;
    vault.after = undefined;
    await app.strategy.grant(grantId).keep();
  };
  expect((await browser.send('/logout', { method: 'POST', headers: ours })).status).toBe(302);
  expect(vault.after).toBeUndefined();
  expect((await app.strategy.credentials(grantId)).accessToken).toHaveLength(512);
});

test('a session that comes back after sign-out does not switch the kept grant’s business unit', async () => {
  const { app, browser, emulator, grantId, store } = await keptScene();
  app.express.post('/switch', (req, res, next) => {
    req.marketingCloud.switchBusinessUnit(510_001_101).then((credentials) => res.json(credentials), next);
  });
  await browser.send('/keep', { method: 'POST' });
  const [sid = '', record] = Object.entries(await store.records()).find(([key]) => !key.startsWith('mcg_')) ?? [];
  const { cookie } = browser;
  await browser.send('/logout', { method: 'POST', headers: ours });
  await new Promise((resolve) => store.set(sid, record as never, resolve));
  const { businessUnitId } = await app.strategy.credentials(grantId);
  emulator.requests.clear();
  expect((await browser.send('/switch', { method: 'POST', headers: { cookie } })).status).toBe(401);
  expect(emulator.requestsTo('token')).toHaveLength(0);
  expect((await app.strategy.credentials(grantId)).businessUnitId).toBe(businessUnitId);
});
