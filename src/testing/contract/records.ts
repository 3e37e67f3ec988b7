import { strict as assert } from 'node:assert';
import { ask, DAY_MS, grantIn, newId, until, untilGone, type Case } from './case';

/** What a vault keeps, for how long, and what it gives back. */
export const RECORDS: readonly Case[] = [
  [
    'a new record has version 1, its data and nothing else',
    async (vault) => {
      const id = await grantIn(vault, 'data');
      assert.deepEqual(await vault.read(id), { version: 1, data: 'data' });
    },
  ],
  [
    'an existing id is rejected, and its record stays unchanged',
    async (vault) => {
      const id = await grantIn(vault);
      await assert.rejects(vault.create(id, 'grant', 'second', DAY_MS));
      await assert.rejects(vault.create(id, 'sign-in', 'second', DAY_MS));
      assert.deepEqual(await vault.read(id), { version: 1, data: 'first' });
      const pending = newId();
      await vault.create(pending, 'sign-in', 'state', DAY_MS);
      await assert.rejects(vault.create(pending, 'sign-in', 'other', DAY_MS));
      assert.equal(await vault.consume(pending, 'a'), 'state');
    },
  ],
  [
    'a missing record is a result and never an error',
    async (vault) => {
      const id = newId();
      assert.equal(await vault.read(id), undefined);
      assert.equal(await vault.consume(id, 'a'), undefined);
      assert.deepEqual(await ask(vault, id, 'a'), { outcome: 'missing' });
      assert.equal(await vault.commit(id, { version: 1, data: 'x', ttlMs: DAY_MS }), 'missing');
      assert.equal(await vault.renew(id, 'a', 1_000), false);
      await vault.release(id, 'a', { note: 'x', interrupted: true });
      assert.equal(await vault.markDead(id, { version: 1, reason: 'x' }), false);
      await vault.delete(id);
      assert.equal(await vault.read(id), undefined);
    },
  ],
  [
    'data is returned unchanged: long, in any script, with quotes and line ends',
    async (vault) => {
      const texts = [
        'x'.repeat(102_400),
        'ümläut 日本語 العربية 🔑👩‍💻 \u2028 \ufeff'.repeat(50),
        '{"a":"\\u0000 \\" \\\\"}\r\n\t\'; -- %s $1 {0} ${x}\u0001\u007f',
        '',
      ];
      for (const text of texts) {
        const id = await grantIn(vault, text);
        assert.deepEqual(await vault.read(id), { version: 1, data: text });
        assert.equal(await vault.commit(id, { version: 1, data: `${text}!`, ttlMs: DAY_MS }), 'committed');
        assert.deepEqual(await vault.read(id), { version: 2, data: `${text}!` });
        const pending = newId();
        await vault.create(pending, 'sign-in', text, DAY_MS);
        assert.equal(await vault.consume(pending, 'a'), text);
      }
    },
  ],
  [
    'ids that differ in letter case or in one character are different records',
    async (vault) => {
      const id = newId().slice(0, 24);
      const ids = ['abc', 'ABC', 'a_c', 'a-c'].map((end) => id + end);
      for (const [index, one] of ids.entries()) await vault.create(one, 'grant', String(index), DAY_MS);
      const read = await Promise.all(ids.map((one) => vault.read(one)));
      assert.deepEqual(
        read.map((record) => record?.data),
        ['0', '1', '2', '3'],
      );
    },
  ],
  [
    'a pending sign-in cannot be used as a grant, nor a grant as a pending sign-in',
    async (vault) => {
      const [pending, grant] = [newId(), await grantIn(vault)];
      await vault.create(pending, 'sign-in', 'state', DAY_MS);
      assert.equal(await vault.read(pending), undefined);
      assert.deepEqual(await ask(vault, pending, 'a'), { outcome: 'missing' });
      assert.equal(await vault.commit(pending, { version: 1, data: 'x', ttlMs: DAY_MS }), 'missing');
      await vault.markDead(pending, { version: 1, reason: 'x' });
      await vault.delete(pending);
      assert.equal(await vault.consume(grant, 'a'), undefined);
      assert.deepEqual(await vault.read(grant), { version: 1, data: 'first' });
      assert.equal(await vault.consume(pending, 'a'), 'state');
    },
  ],
  [
    'a pending sign-in is consumed by one owner',
    async (vault) => {
      const id = newId();
      await vault.create(id, 'sign-in', 'state', DAY_MS);
      assert.equal(await vault.consume(id, 'a'), 'state');
      assert.equal(await vault.consume(id, 'b'), undefined);
      assert.equal(await vault.read(id), undefined);
      await vault.delete(id);
      assert.equal(await vault.consume(id, 'b'), undefined);
    },
  ],
  [
    'an expired record is missing, and its id is free',
    async (vault) => {
      const [id, pending] = [newId(), newId()];
      await vault.create(pending, 'sign-in', 'state', 40);
      await vault.create(id, 'grant', 'first', 80);
      const leased = await ask(vault, id, 'a');
      if (leased.outcome === 'leased') await vault.release(id, 'a', { note: 'note', interrupted: true });
      await vault.markDead(id, { version: 1, reason: 'x' });
      await untilGone(vault, id);
      assert.deepEqual(await ask(vault, id, 'a'), { outcome: 'missing' });
      assert.equal(await vault.renew(id, 'a', 1_000), false);
      assert.equal(await vault.commit(id, { version: 1, data: 'x', ttlMs: DAY_MS }), 'missing');
      assert.equal(await vault.consume(pending, 'a'), undefined);
      await vault.create(id, 'grant', 'again', DAY_MS);
      assert.deepEqual(await ask(vault, id, 'a'), {
        outcome: 'leased',
        record: { version: 1, data: 'again' },
        interrupted: false,
      });
    },
  ],
  [
    'a commit replaces the data of the given version, and of no other',
    async (vault) => {
      const id = await grantIn(vault);
      const commit = (version: number, data: string): Promise<string> =>
        vault.commit(id, { version, data, ttlMs: DAY_MS });
      assert.equal(await commit(2, 'from the future'), 'superseded');
      assert.equal(await commit(1, 'second'), 'committed');
      assert.equal(await commit(1, 'late'), 'superseded');
      assert.equal(await commit(2, 'third'), 'committed');
      assert.deepEqual(await vault.read(id), { version: 3, data: 'third' });
    },
  ],
  [
    'a commit of the same tokens does not revive a dead grant',
    async (vault) => {
      const id = await grantIn(vault);
      await vault.markDead(id, { version: 1, reason: 'x' });
      const same = { version: 1, data: 'second', ttlMs: DAY_MS, sameTokens: true };
      assert.equal(await vault.commit(id, same), 'superseded');
      assert.deepEqual(await vault.read(id), { version: 1, data: '', dead: 'x' });
      assert.equal(await vault.commit(id, { version: 1, data: 'second', ttlMs: DAY_MS }), 'committed');
      assert.deepEqual(await vault.read(id), { version: 2, data: 'second' });
    },
  ],
  [
    'a commit sets a new lifetime, longer or shorter',
    async (vault) => {
      const id = await until(async () => {
        const short = newId();
        await vault.create(short, 'grant', 'first', 250);
        const outcome = await vault.commit(short, { version: 1, data: 'second', ttlMs: DAY_MS });
        return outcome === 'committed' ? short : undefined;
      });
      const witness = newId();
      await vault.create(witness, 'grant', 'as long as the first', 250);
      await untilGone(vault, witness);
      assert.deepEqual(await vault.read(id), { version: 2, data: 'second' });
      assert.equal(await vault.commit(id, { version: 2, data: 'third', ttlMs: 40 }), 'committed');
      await untilGone(vault, id);
    },
  ],
  [
    'a tombstone keeps its reason and no data, expires no later than the record, and needs the current version',
    async (vault) => {
      const id = await grantIn(vault);
      assert.equal(await vault.markDead(id, { version: 2, reason: 'not this one' }), false);
      assert.deepEqual(await vault.read(id), { version: 1, data: 'first' });
      assert.equal(await vault.markDead(id, { version: 1, reason: 'invalid_grant' }), true);
      assert.equal(await vault.markDead(id, { version: 1, reason: 'another' }), false);
      const record = { version: 1, data: '', dead: 'invalid_grant' };
      assert.deepEqual(await vault.read(id), record);
      assert.deepEqual(await ask(vault, id, 'a'), { outcome: 'changed', record });
      const short = newId();
      await vault.create(short, 'grant', 'first', 100);
      await vault.markDead(short, { version: 1, reason: 'invalid_grant' });
      await untilGone(vault, short);
    },
  ],
  [
    'a tombstone keeps the data given in place of the record’s',
    async (vault) => {
      const id = await grantIn(vault);
      for (const data of ['without tokens', 'sent again']) {
        assert.equal(await vault.markDead(id, { version: 1, reason: 'x', data }), true);
        assert.deepEqual(await vault.read(id), { version: 1, data: 'without tokens', dead: 'x' });
      }
      assert.equal(await vault.commit(id, { version: 1, data: 'late', ttlMs: DAY_MS }), 'committed');
      assert.deepEqual(await vault.read(id), { version: 2, data: 'late' });
    },
  ],
  [
    'no commit revives a grant that was signed out or whose identity has changed',
    async (vault) => {
      for (const reason of ['signed_out', 'identity_changed']) {
        const id = await grantIn(vault);
        await ask(vault, id, 'a');
        assert.equal(await vault.markDead(id, { version: 1, reason }), true);
        const late = { version: 1, data: 'late', ttlMs: DAY_MS, owner: 'a' };
        assert.equal(await vault.commit(id, late), 'superseded');
        assert.deepEqual(await vault.read(id), { version: 1, data: '', dead: reason });
      }
    },
  ],
  [
    'a late commit of the version that was marked dead revives it',
    async (vault) => {
      const id = await grantIn(vault);
      await vault.markDead(id, { version: 1, reason: 'invalid_grant' });
      assert.equal(await vault.commit(id, { version: 1, data: 'late', ttlMs: DAY_MS }), 'committed');
      assert.deepEqual(await vault.read(id), { version: 2, data: 'late' });
      assert.equal((await ask(vault, id, 'a', 2)).outcome, 'leased');
    },
  ],
  [
    'a deleted grant is gone, dead or alive, and no commit restores it',
    async (vault) => {
      for (const dead of [false, true]) {
        const id = await grantIn(vault);
        if (dead) await vault.markDead(id, { version: 1, reason: 'x' });
        await vault.delete(id);
        await vault.delete(id);
        assert.equal(await vault.commit(id, { version: 1, data: 'late', ttlMs: DAY_MS }), 'missing');
        assert.equal(await vault.read(id), undefined);
      }
    },
  ],
];
