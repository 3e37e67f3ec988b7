import { runInNewContext } from 'node:vm';
import session from 'express-session';
import { describe, expect, test } from '@jest/globals';
import { SessionStoreVault } from '../../../../src';

const DAY_MS = 86_400_000;

function vaultWith(data = 'first'): { vault: SessionStoreVault; store: session.MemoryStore; ready: Promise<void> } {
  const store = new session.MemoryStore();
  const vault = new SessionStoreVault(store);
  return { vault, store, ready: vault.create('id', 'grant', data, DAY_MS) };
}

describe('the session store’s vault', () => {
  test('keeps a record under a key of its own, shaped like a session', async () => {
    const { store, ready } = vaultWith();
    await ready;
    const records = await new Promise<Record<string, unknown>>((resolve) =>
      store.all((_error, all) => resolve(all as never)),
    );
    // A millisecond may pass between the two readings of the clock.
    const aDay: unknown = expect.closeTo(DAY_MS, -3);
    expect(records).toEqual({
      mcg_id: {
        cookie: { originalMaxAge: aDay, maxAge: aDay, expires: expect.any(String) },
        marketingCloudVault: { kind: 'grant', version: 1, data: 'first', until: expect.any(Number) },
      },
    });
  });

  test('refuses to create what is there, and to read what is not', async () => {
    const { vault, ready } = vaultWith();
    await ready;
    await expect(vault.create('id', 'grant', 'second', DAY_MS)).rejects.toThrow('exists');
    expect(await vault.read('id')).toEqual({ version: 1, data: 'first' });
    expect(await vault.read('other')).toBeUndefined();
  });

  test('gives one lease at a time, and the next one when it has been released', async () => {
    const { vault, ready } = vaultWith();
    await ready;
    const ask = (owner: string) => vault.acquire('id', { version: 1, owner, leaseMs: 3_000 });
    const asked = await Promise.all(['a', 'b', 'c'].map(ask));
    expect(asked.map(({ outcome }) => outcome)).toEqual(['leased', 'busy', 'busy']);
    expect([await vault.renew('id', 'b', 3_000), await vault.renew('id', 'a', 3_000)]).toEqual([false, true]);
    await vault.release('id', 'b');
    expect((await ask('b')).outcome).toBe('busy');
    await vault.release('id', 'a');
    expect((await ask('b')).outcome).toBe('leased');
  });

  test('gives the lease of a holder that never came back', async () => {
    const { vault, ready } = vaultWith();
    await ready;
    await vault.acquire('id', { version: 1, owner: 'a', leaseMs: 0 });
    expect((await vault.acquire('id', { version: 1, owner: 'b', leaseMs: 3_000 })).outcome).toBe('leased');
  });

  test('commits over the version that was seen, never over a newer one', async () => {
    const { vault, ready } = vaultWith();
    await ready;
    const commit = (data: string) => vault.commit('id', { version: 1, data, ttlMs: DAY_MS });
    expect(await Promise.all([commit('a'), commit('b')])).toEqual(['committed', 'superseded']);
    expect(await vault.read('id')).toEqual({ version: 2, data: 'a' });
    expect(await vault.acquire('id', { version: 1, owner: 'x', leaseMs: 1 })).toEqual({
      outcome: 'changed',
      record: { version: 2, data: 'a' },
    });
    await vault.delete('id');
    expect(await commit('c')).toBe('missing');
    expect(await vault.read('id')).toBeUndefined();
  });

  test('marks the seen version dead, and a late commit of it revives it', async () => {
    const { vault, ready } = vaultWith();
    await ready;
    await vault.markDead('id', { version: 7, reason: 'not this one' });
    expect(await vault.read('id')).not.toHaveProperty('dead');
    await vault.markDead('id', { version: 1, reason: 'invalid_grant' });
    expect(await vault.read('id')).toMatchObject({ dead: 'invalid_grant' });
    expect((await vault.acquire('id', { version: 1, owner: 'a', leaseMs: 1 })).outcome).toBe('changed');
    expect(await vault.commit('id', { version: 1, data: 'late', ttlMs: DAY_MS })).toBe('committed');
    expect(await vault.read('id')).toEqual({ version: 2, data: 'late' });
  });

  test('spends a pending sign-in once, and nothing else', async () => {
    const { vault, ready } = vaultWith();
    await ready;
    await vault.create('pending', 'sign-in', 'state', DAY_MS);
    const spent = await Promise.all(
      Array.from({ length: 20 }, (_, index) => vault.consume('pending', `owner ${index}`)),
    );
    expect(spent.filter((data) => data === 'state')).toHaveLength(1);
    expect(await vault.consume('id', 'a')).toBeUndefined();
    expect(await vault.read('id')).toEqual({ version: 1, data: 'first' });
    await vault.create('other', 'sign-in', 'state', DAY_MS);
    expect(await vault.read('other')).toBeUndefined();
  });

  test('does not see a record that has expired', async () => {
    const vault = new SessionStoreVault(new session.MemoryStore());
    await vault.create('gone', 'grant', 'x', -1);
    expect(await vault.read('gone')).toBeUndefined();
  });

  test('takes a missing file for a missing record, and any other failure for one', async () => {
    const failing = (error: Error): SessionStoreVault => {
      const store = new session.MemoryStore();
      store.get = (_sid, callback) => callback(error);
      return new SessionStoreVault(store);
    };
    expect(await failing(Object.assign(new Error('no file'), { code: 'ENOENT' })).read('id')).toBeUndefined();
    await expect(failing(new Error('away')).read('id')).rejects.toThrow('away');
  });

  test('defect 31: a missing file is a missing record also where the error is of another realm', async () => {
    const store = new session.MemoryStore();
    const foreign: unknown = runInNewContext(`Object.assign(new Error('no file'), { code: 'ENOENT' })`);
    store.get = (_sid, callback) => callback(foreign);
    store.destroy = (_sid, callback) => callback?.(foreign);
    const vault = new SessionStoreVault(store);
    expect(await vault.read('id')).toBeUndefined();
    await vault.delete('id');
  });

  test('forgets a record that cannot be read', async () => {
    const { vault, store, ready } = vaultWith();
    await ready;
    const get = store.get.bind(store);
    store.get = (_sid, callback) => callback(new SyntaxError('Unexpected token'));
    await vault.delete('id');
    store.get = get;
    expect(await vault.read('id')).toBeUndefined();
  });

  test('says so when it does not know its store yet', () => {
    return expect(new SessionStoreVault().read('id')).rejects.toThrow('does not know its session store');
  });
});
