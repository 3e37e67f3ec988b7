import { strict as assert } from 'node:assert';
import { ask, DAY_MS, grantIn, newId, untilGone, type Case } from './case';

/** Clients send an operation again when its answer was lost: the second answer is the first one, and nothing is done twice. */
export const REPEATS: readonly Case[] = [
  [
    'an equal record counts as created, and keeps its lease, its note and its lifetime',
    async (vault) => {
      const [id, witness] = [await grantIn(vault), newId()];
      await ask(vault, id, 'a');
      await vault.release(id, 'a', { note: 'note' });
      await ask(vault, id, 'a');
      await vault.create(id, 'grant', 'first', 40);
      await vault.create(witness, 'grant', 'as long as the repeated one', 40);
      await untilGone(vault, witness);
      assert.deepEqual(await vault.read(id), { version: 1, data: 'first', note: 'note' });
      assert.equal((await ask(vault, id, 'b')).outcome, 'busy');
    },
  ],
  [
    'an equal sign-in counts as created',
    async (vault) => {
      const id = newId();
      for (const _time of [1, 2]) await vault.create(id, 'sign-in', 'state', DAY_MS);
      assert.equal(await vault.consume(id, 'a'), 'state');
    },
  ],
  [
    'a sign-in that was consumed is not created again',
    async (vault) => {
      const id = newId();
      await vault.create(id, 'sign-in', 'state', DAY_MS);
      assert.equal(await vault.consume(id, 'a'), 'state');
      await assert.rejects(vault.create(id, 'sign-in', 'state', DAY_MS));
      assert.equal(await vault.consume(id, 'b'), undefined);
    },
  ],
  [
    'the owner that consumed a pending sign-in gets it again',
    async (vault) => {
      const id = newId();
      await vault.create(id, 'sign-in', 'state', DAY_MS);
      for (const _time of [1, 2, 3]) assert.equal(await vault.consume(id, 'a'), 'state');
      assert.equal(await vault.consume(id, 'b'), undefined);
      assert.equal(await vault.consume(id, 'a'), 'state');
    },
  ],
  [
    'a repeated commit is applied once and reported as committed twice',
    async (vault) => {
      for (const sameTokens of [false, true]) {
        const id = await grantIn(vault);
        const change = { version: 1, data: 'second', ttlMs: DAY_MS, sameTokens };
        for (const _time of [1, 2]) assert.equal(await vault.commit(id, change), 'committed');
        assert.deepEqual(await vault.read(id), { version: 2, data: 'second' });
        assert.equal(await vault.commit(id, { ...change, data: 'other' }), 'superseded');
      }
    },
  ],
  [
    'markDead can be repeated with the same reason, and not with another one',
    async (vault) => {
      const id = await grantIn(vault);
      for (const _time of [1, 2]) assert.equal(await vault.markDead(id, { version: 1, reason: 'x' }), true);
      assert.equal(await vault.markDead(id, { version: 1, reason: 'y' }), false);
      assert.equal((await vault.read(id))?.dead, 'x');
    },
  ],
  [
    'a repeated release does not affect the next lease',
    async (vault) => {
      const id = await grantIn(vault);
      await ask(vault, id, 'a');
      await vault.release(id, 'a', { note: 'a’s' });
      await ask(vault, id, 'b');
      await vault.release(id, 'a', { note: 'a’s, sent again', interrupted: true });
      const record = { version: 1, data: 'first', note: 'a’s' };
      assert.deepEqual(await ask(vault, id, 'c'), { outcome: 'busy', record });
      await vault.release(id, 'b');
      assert.deepEqual(await ask(vault, id, 'c'), { outcome: 'leased', record, interrupted: false });
    },
  ],
];
