import { expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import { SessionStoreVault, Strategy } from '../../src';
import { comeBack, expectNoSecret, openLogin, secretsOf } from '../support/attack';
import { grantScene, LIFETIME_MS, type GrantScene } from '../support/grant-scene';
import { RecordingStore } from '../support/stores';

const KEY = 'a key of thirty-two characters, at least';
const NEW_KEY = 'another key, which is newer and seals first';

async function sealedScene(encryptionKey: string | string[]): Promise<GrantScene & { readonly store: RecordingStore }> {
  const store = new RecordingStore();
  return { ...(await grantScene({ strategy: { encryptionKey }, app: { session: { store } } })), store };
}

/** The record of a grant, as the store has it. */
async function recordOf(
  store: RecordingStore,
  grantId: string,
): Promise<SessionData & { marketingCloudVault: { data: string; version: number } }> {
  return (await store.records())[`mcg_${grantId}`] as never;
}

function write(store: RecordingStore, grantId: string, record: object): Promise<void> {
  return new Promise((resolve) => store.set(`mcg_${grantId}`, record as never, () => resolve()));
}

test('M6 a dump of the store shows no token, no verifier and no secret of a sealed grant or sign-in', async () => {
  const { emulator, browser, app, store, pass } = await sealedScene(KEY);
  pass(LIFETIME_MS + 1_000);
  expect((await browser.get('/api')).status).toBe(200);
  const begun = app.browser();
  await openLogin(begun);
  const dump = await store.dump();
  expectNoSecret(dump, [...secretsOf(emulator), 'accessToken', 'refreshToken', 'verifier']);
  const { accessToken, refreshToken = '' } = await app.strategy.credentials(
    JSON.parse((await browser.get('/grant-id')).text) as string,
  );
  expectNoSecret(dump, [accessToken, refreshToken]);
});

test('M6b without a key the tokens lie there as plain text, as the documentation says', async () => {
  const store = new RecordingStore();
  const { app, grantId } = await grantScene({ app: { session: { store } } });
  const { accessToken } = await app.strategy.credentials(grantId);
  expect(await store.dump()).toContain(accessToken);
});

test('M6c two users’ records that were swapped are refused, and left as they are', async () => {
  const { emulator, browser, app, grantId, store } = await sealedScene(KEY);
  const other = app.browser();
  await other.get(await comeBack(emulator, await openLogin(other), 'ravi.menon'));
  const otherId = JSON.parse((await other.get('/grant-id')).text) as string;
  const [mine, theirs] = [await recordOf(store, grantId), await recordOf(store, otherId)];
  await write(store, grantId, theirs);
  await write(store, otherId, mine);
  const before = await store.dump();
  expect([(await browser.get('/api')).status, (await other.get('/api')).status]).toEqual([401, 401]);
  expect(await store.dump()).toBe(before);
  await write(store, grantId, mine);
  expect((await browser.get('/api')).status).toBe(200);
});

test.each<[string, (data: string) => string]>([
  ['damaged in one character', (data) => data.slice(0, 40) + (data[40] === 'A' ? 'B' : 'A') + data.slice(41)],
  ['cut short', (data) => data.slice(0, 60)],
  ['empty', () => ''],
  [
    'plain',
    () =>
      JSON.stringify({
        format: 1,
        subdomain: 'mcx',
        accessToken: 'x',
        issuedAt: 0,
        expiresAt: 9e15,
        scope: [],
        persistent: true,
      }),
  ],
])('M6d a record that is %s is refused, and left as it is', async (_what, change) => {
  const { emulator, browser, grantId, store } = await sealedScene(KEY);
  const record = await recordOf(store, grantId);
  const { marketingCloudVault: kept } = record;
  await write(store, grantId, { ...record, marketingCloudVault: { ...kept, data: change(kept.data) } });
  const before = await store.dump();
  expect((await browser.get('/api')).status).toBe(401);
  expect(await store.dump()).toBe(before);
  expect(emulator.requestsTo('token')).toHaveLength(0);
});

test('M6e a record of an older version, put back, does not open', async () => {
  const { browser, grantId, store, pass } = await sealedScene(KEY);
  const old = await recordOf(store, grantId);
  pass(LIFETIME_MS + 1_000);
  expect((await browser.get('/api')).status).toBe(200);
  const current = await recordOf(store, grantId);
  const { version } = current.marketingCloudVault;
  await write(store, grantId, { ...current, marketingCloudVault: { ...old.marketingCloudVault, version } });
  expect((await browser.get('/api')).status).toBe(401);
});

test('M6f keys rotate: an old one still opens, the first one seals, and a foreign one opens nothing', async () => {
  const { emulator, app, grantId, store, pass, now } = await sealedScene(KEY);
  const withKeys = (encryptionKey: string | string[]): Strategy => {
    return new Strategy({
      ...emulator.strategyOptions(),
      callbackURL: `${app.origin}/cb`,
      clock: now,
      encryptionKey,
      vault: new SessionStoreVault(store),
    });
  };
  const rotated = withKeys([NEW_KEY, KEY]);
  expect((await rotated.credentials(grantId)).accessToken).toHaveLength(512);
  await expect(withKeys(NEW_KEY).credentials(grantId)).rejects.toMatchObject({ code: 'sign_in_required' });
  pass(LIFETIME_MS + 1_000);
  await rotated.credentials(grantId);
  expect((await withKeys(NEW_KEY).credentials(grantId)).accessToken).toHaveLength(512);
  await expect(withKeys(KEY).credentials(grantId)).rejects.toMatchObject({ code: 'sign_in_required' });
});
