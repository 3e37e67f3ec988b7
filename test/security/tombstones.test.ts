import { expect, test } from '@jest/globals';
import session from 'express-session';
import { SessionStoreVault } from '../../src';
import { Door } from '../support/door';
import { anotherStrategy, grantScene, LIFETIME_MS } from '../support/grant-scene';
import { RecordingStore } from '../support/stores';
import { UnreliableVault } from '../support/unreliable-vault';

test('defect 11: a refresh that commits between the mark and the deletion of a sign-out does not bring the grant back', async () => {
  const vault = new UnreliableVault();
  const scene = await grantScene({ strategy: { vault } });
  const { app, browser, emulator, grantId, pass } = scene;
  const [committing, deleting] = [new Door(), new Door()];
  pass(LIFETIME_MS - 120_000);
  vault.before = (operation) => {
    if (operation === 'commit') return committing.pass();
    return operation === 'delete' ? deleting.pass() : undefined;
  };
  await app.strategy.credentials(grantId);
  await committing.arrived;
  const signedOut = browser.send('/logout', { method: 'POST', headers: { origin: app.origin } });
  await deleting.arrived;
  expect(await vault.read(grantId)).toEqual({ version: 1, data: '', dead: 'signed_out' });
  const committed = new Promise<unknown>((resolve) => {
    vault.after = (operation) => (operation === 'commit' ? resolve(undefined) : undefined);
  });
  committing.open();
  await committed;
  expect(await vault.read(grantId)).toMatchObject({ dead: 'signed_out' });
  deleting.open();
  expect((await signedOut).status).toBe(302);
  await app.strategy.close();
  expect(await vault.read(grantId)).toBeUndefined();
  expect(emulator.requestsTo('token')).toHaveLength(1);
});

test.each([
  ['as plain text', {}],
  ['sealed', { encryptionKey: 'k'.repeat(32) }],
])('defect 17: a grant that died holds no token in the store, %s, and for ten minutes', async (_how, sealing) => {
  const store = new RecordingStore();
  const { app, emulator, grantId, pass } = await grantScene({
    strategy: { vault: new SessionStoreVault(store), ...sealing },
  });
  const { accessToken, refreshToken } = await app.strategy.credentials(grantId);
  emulator.revoke();
  pass(LIFETIME_MS + 1_000);
  await expect(app.strategy.credentials(grantId)).rejects.toMatchObject({ code: 'sign_in_required' });
  const dump = await store.dump();
  expect(dump).toContain('"dead":"invalid_token"');
  for (const token of [accessToken, String(refreshToken)]) expect(dump).not.toContain(token);
  expect(dump.length).toBeLessThan(2_000);
  const record = (await store.records())[`mcg_${grantId}`];
  const leftMs = Number(new Date(String(Reflect.get(record?.cookie ?? {}, 'expires')))) - Date.now();
  expect(leftMs).toBeLessThanOrEqual(600_000);
  expect(leftMs).toBeGreaterThan(500_000);
});

test('defect 17: a late commit revives a grant that was kept before it died, and it stays kept', async () => {
  const vault = new UnreliableVault();
  const scene = await grantScene({ strategy: { vault } });
  const { app, browser, emulator, grantId, pass } = scene;
  const other = anotherStrategy(scene, vault);
  pass(LIFETIME_MS - 120_000);
  const committing = new Door();
  vault.before = (operation) => (operation === 'commit' ? committing.pass() : undefined);
  await app.strategy.credentials(grantId);
  await committing.arrived;
  vault.before = undefined;
  // As keep() in another process does, without its refresh.
  const { version, data = '' } = (await vault.read(grantId)) ?? { version: 0 };
  const kept = JSON.stringify({ ...(JSON.parse(data) as object), kept: true });
  expect(await vault.commit(grantId, { version, data: kept, ttlMs: 600_000, sameTokens: true })).toBe('committed');
  await vault.endLease();
  pass(120_001);
  await expect(other.credentials(grantId)).rejects.toMatchObject({ code: 'sign_in_required' });
  committing.open();
  await app.strategy.close();
  expect((await other.credentials(grantId)).accessToken).toHaveLength(512);
  await browser.send('/logout', { method: 'POST', headers: { origin: app.origin } });
  expect((await other.credentials(grantId)).accessToken).toHaveLength(512);
  expect(emulator.requestsTo('token')).toHaveLength(2);
  await other.close();
});

test('defect 17: a vault that others write to keeps a tombstone in memory, and shows no data of it', async () => {
  class OtherStore extends session.Store {
    readonly #memory = new session.MemoryStore();
    override get = this.#memory.get.bind(this.#memory);
    override set = this.#memory.set.bind(this.#memory);
    override destroy = this.#memory.destroy.bind(this.#memory);
  }
  const store = new OtherStore();
  const vault = new SessionStoreVault(store);
  await vault.create('id', 'grant', 'tokens', 60_000);
  expect(await vault.markDead('id', { version: 1, reason: 'invalid_grant' })).toBe(true);
  expect(await vault.read('id')).toEqual({ version: 1, data: '', dead: 'invalid_grant' });
  expect(await new SessionStoreVault(store).read('id')).toMatchObject({ dead: 'invalid_grant' });
});
