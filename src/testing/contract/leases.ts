import { strict as assert } from 'node:assert';
import { ask, DAY_MS, grantIn, LOST_OWNER, takeOver, until, type Case } from './case';

/** Who may refresh, for how long, and what is left to the next one. */
export const LEASES: readonly Case[] = [
  [
    'one owner holds the lease and can acquire it again',
    async (vault) => {
      const id = await grantIn(vault);
      const record = { version: 1, data: 'first' };
      assert.deepEqual(await ask(vault, id, 'a'), { outcome: 'leased', record, interrupted: false });
      assert.deepEqual(await ask(vault, id, 'b'), { outcome: 'busy', record });
      assert.deepEqual(await ask(vault, id, 'a'), { outcome: 'leased', record, interrupted: false });
      assert.deepEqual(await vault.read(id), record);
    },
  ],
  [
    'an owner that has read another version gets the record, with or without a lease',
    async (vault) => {
      const id = await grantIn(vault);
      await vault.commit(id, { version: 1, data: 'second', ttlMs: DAY_MS });
      const changed = { outcome: 'changed', record: { version: 2, data: 'second' } };
      assert.deepEqual(await ask(vault, id, 'a', 1), changed);
      assert.equal((await ask(vault, id, 'a', 2)).outcome, 'leased');
      assert.deepEqual(await ask(vault, id, 'b', 1), changed);
      assert.deepEqual(await ask(vault, id, 'b', 3), changed);
    },
  ],
  [
    'a released lease is free, and was not interrupted',
    async (vault) => {
      const id = await grantIn(vault);
      await ask(vault, id, 'a');
      await vault.release(id, 'a');
      const next = await ask(vault, id, 'b');
      assert.deepEqual(next, { outcome: 'leased', record: { version: 1, data: 'first' }, interrupted: false });
    },
  ],
  [
    'another owner can neither renew nor release a lease, and leaves no note',
    async (vault) => {
      const id = await grantIn(vault);
      await vault.release(id, 'b', { note: 'not even without a lease', interrupted: true });
      await ask(vault, id, 'a');
      assert.equal(await vault.renew(id, 'b', 10_000), false);
      await vault.release(id, 'b', { note: 'a stranger’s', interrupted: true });
      assert.deepEqual(await ask(vault, id, 'b'), { outcome: 'busy', record: { version: 1, data: 'first' } });
      await vault.release(id, 'a');
      const next = await ask(vault, id, 'b');
      assert.deepEqual(next, { outcome: 'leased', record: { version: 1, data: 'first' }, interrupted: false });
    },
  ],
  [
    'a renewed lease runs from the moment of renewal',
    async (vault) => {
      const id = await until(async () => {
        const short = await grantIn(vault);
        await ask(vault, short, 'a', 1, 250);
        return (await vault.renew(short, 'a', 20_000)) ? short : undefined;
      });
      const witness = await grantIn(vault);
      await ask(vault, witness, 'a', 1, 250);
      await until(async () => ((await ask(vault, witness, 'b')).outcome === 'leased' ? true : undefined));
      assert.equal((await ask(vault, id, 'b')).outcome, 'busy');
      assert.equal(await vault.renew(id, 'a', 40), true);
      const next = await until(async () => {
        const asked = await ask(vault, id, 'b');
        return asked.outcome === 'leased' ? asked : undefined;
      });
      assert.equal(next.interrupted, true);
    },
  ],
  [
    'an expired lease goes to the next owner, as interrupted, until there are new tokens',
    async (vault) => {
      const id = await grantIn(vault);
      const record = { version: 1, data: 'first' };
      assert.deepEqual(await takeOver(vault, id, 'b'), { outcome: 'leased', record, interrupted: true });
      await vault.release(id, 'b');
      assert.deepEqual(await ask(vault, id, 'c'), { outcome: 'leased', record, interrupted: true });
      assert.equal(await vault.commit(id, { version: 1, data: 'second', ttlMs: DAY_MS, owner: 'c' }), 'committed');
      const fresh = await ask(vault, id, 'd', 2);
      assert.deepEqual(fresh, { outcome: 'leased', record: { version: 2, data: 'second' }, interrupted: false });
    },
  ],
  [
    'an expired lease can be neither renewed nor released',
    async (vault) => {
      const [id, renewed] = [await grantIn(vault), await grantIn(vault)];
      await ask(vault, renewed, 'a', 1, 40);
      await takeOver(vault, id, 'b');
      await vault.release(id, LOST_OWNER, { note: 'too late' });
      assert.equal(await vault.renew(id, LOST_OWNER, 10_000), false);
      assert.deepEqual(await ask(vault, id, 'c'), { outcome: 'busy', record: { version: 1, data: 'first' } });
      await until(async () => ((await ask(vault, renewed, 'b')).outcome === 'leased' ? true : undefined));
      assert.equal(await vault.renew(renewed, 'a', 10_000), false);
    },
  ],
  [
    'the owner of an expired lease also gets it back as interrupted',
    async (vault) => {
      const id = await grantIn(vault);
      await ask(vault, id, 'a', 1, 40);
      await until(async () => ((await vault.renew(id, 'a', 1)) ? undefined : true));
      const again = await ask(vault, id, 'a');
      assert.equal(again.outcome === 'leased' && again.interrupted, true);
    },
  ],
  [
    'a lease released as interrupted is reported to the next owners until there are new tokens',
    async (vault) => {
      const id = await grantIn(vault);
      await ask(vault, id, 'a');
      await vault.release(id, 'a', { interrupted: true });
      for (const owner of ['b', 'c']) {
        const next = await ask(vault, id, owner);
        assert.deepEqual(next, { outcome: 'leased', record: { version: 1, data: 'first' }, interrupted: true });
        await vault.release(id, owner, { interrupted: false });
      }
      await vault.commit(id, { version: 1, data: 'second', ttlMs: DAY_MS });
      const fresh = await ask(vault, id, 'd', 2);
      assert.deepEqual(fresh, { outcome: 'leased', record: { version: 2, data: 'second' }, interrupted: false });
    },
  ],
  [
    'a note stays until it is replaced or new tokens are committed',
    async (vault) => {
      const id = await grantIn(vault);
      const leave = async (note?: string): Promise<void> => {
        await ask(vault, id, 'a');
        await vault.release(id, 'a', note === undefined ? {} : { note });
      };
      await leave('{"failures":1} 日本');
      const noted = { version: 1, data: 'first', note: '{"failures":1} 日本' };
      assert.deepEqual(await vault.read(id), noted);
      await leave();
      assert.deepEqual(await ask(vault, id, 'b'), { outcome: 'leased', record: noted, interrupted: false });
      assert.deepEqual(await ask(vault, id, 'c'), { outcome: 'busy', record: noted });
      assert.deepEqual(await ask(vault, id, 'c', 2), { outcome: 'changed', record: noted });
      await vault.release(id, 'b');
      await leave('another');
      assert.deepEqual(await vault.read(id), { version: 1, data: 'first', note: 'another' });
      await vault.markDead(id, { version: 1, reason: 'x' });
      assert.deepEqual(await vault.read(id), { version: 1, data: '', dead: 'x', note: 'another' });
      await vault.commit(id, { version: 1, data: 'second', ttlMs: DAY_MS });
      assert.deepEqual(await vault.read(id), { version: 2, data: 'second' });
    },
  ],
  [
    'a commit of the same tokens keeps the note, the interruption and the lease',
    async (vault) => {
      const id = await grantIn(vault);
      const same = { ttlMs: DAY_MS, owner: 'b', sameTokens: true };
      await ask(vault, id, 'a');
      await vault.release(id, 'a', { note: 'left', interrupted: true });
      assert.equal(await vault.commit(id, { version: 1, data: 'second', ...same }), 'committed');
      const record = { version: 2, data: 'second', note: 'left' };
      assert.deepEqual(await ask(vault, id, 'b', 2), { outcome: 'leased', record, interrupted: true });
      assert.equal(await vault.commit(id, { version: 2, data: 'third', ...same }), 'committed');
      assert.deepEqual(await vault.read(id), { version: 3, data: 'third', note: 'left' });
      assert.equal((await ask(vault, id, 'c', 3)).outcome, 'busy');
      assert.equal(await vault.renew(id, 'b', 10_000), true);
      await vault.release(id, 'b', { note: 'another' });
      assert.deepEqual(await vault.read(id), { version: 3, data: 'third', note: 'another' });
      assert.equal(await vault.commit(id, { version: 3, data: 'new tokens', ttlMs: DAY_MS }), 'committed');
      assert.deepEqual(await vault.read(id), { version: 4, data: 'new tokens' });
    },
  ],
  [
    'a commit of the same tokens hides neither an expired lease nor what its owner left',
    async (vault) => {
      const [lost, left] = [await grantIn(vault), await grantIn(vault)];
      await ask(vault, lost, 'a', 1, 60);
      await ask(vault, left, 'a');
      const same = { version: 1, data: 'second', ttlMs: DAY_MS, sameTokens: true };
      for (const id of [lost, left]) assert.equal(await vault.commit(id, same), 'committed');
      await vault.release(left, 'a', { note: 'left', interrupted: true });
      assert.deepEqual(await vault.read(left), { version: 2, data: 'second', note: 'left' });
      for (const id of [lost, left]) {
        const next = await until(async () => {
          const asked = await ask(vault, id, 'b', 2);
          return asked.outcome === 'busy' ? undefined : asked;
        });
        assert.equal(next.outcome === 'leased' && next.interrupted, true);
      }
    },
  ],
  [
    'what the owner of a lease leaves is dropped when others have committed new tokens',
    async (vault) => {
      const id = await grantIn(vault);
      await ask(vault, id, 'a');
      await vault.commit(id, { version: 1, data: 'second', ttlMs: DAY_MS });
      await vault.release(id, 'a', { note: 'of the first ones', interrupted: true });
      const record = { version: 2, data: 'second' };
      assert.deepEqual(await ask(vault, id, 'b', 2), { outcome: 'leased', record, interrupted: false });
    },
  ],
  [
    'a commit ends its owner’s lease and no other, and needs no lease',
    async (vault) => {
      const id = await grantIn(vault);
      await ask(vault, id, 'a');
      assert.equal(await vault.commit(id, { version: 1, data: 'x', ttlMs: DAY_MS }), 'committed');
      assert.equal(await vault.commit(id, { version: 2, data: 'x', ttlMs: DAY_MS, owner: 'b' }), 'committed');
      assert.equal((await ask(vault, id, 'b', 3)).outcome, 'busy');
      assert.equal(await vault.renew(id, 'a', 10_000), true);
      assert.equal(await vault.commit(id, { version: 3, data: 'x', ttlMs: DAY_MS, owner: 'a' }), 'committed');
      assert.equal(await vault.renew(id, 'a', 10_000), false);
      assert.equal((await ask(vault, id, 'b', 4)).outcome, 'leased');
    },
  ],
  [
    'a lease that was followed by a commit was not interrupted',
    async (vault) => {
      const id = await grantIn(vault);
      await ask(vault, id, 'a', 1, 60);
      await vault.commit(id, { version: 1, data: 'second', ttlMs: DAY_MS });
      const next = await until(async () => {
        const asked = await ask(vault, id, 'b', 2);
        return asked.outcome === 'busy' ? undefined : asked;
      });
      assert.deepEqual(next, { outcome: 'leased', record: { version: 2, data: 'second' }, interrupted: false });
    },
  ],
];
