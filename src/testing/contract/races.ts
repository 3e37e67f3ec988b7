import { strict as assert } from 'node:assert';
import { ask, DAY_MS, grantIn, LOST_OWNER, newId, until, type Case } from './case';

/** What happens when many ask at once. */
export const RACES: readonly Case[] = [
  [
    'exactly one of a hundred owners that consume a pending sign-in at once gets it, and gets it again',
    async (vault) => {
      const id = newId();
      await vault.create(id, 'sign-in', 'state', DAY_MS);
      const consumeAll = (): Promise<(string | undefined)[]> =>
        atOnce(100, (index) => vault.consume(id, `owner ${index}`));
      const consumed = await consumeAll();
      assert.deepEqual(
        consumed.filter((data) => data !== undefined),
        ['state'],
      );
      assert.deepEqual(await consumeAll(), consumed);
    },
  ],
  [
    'exactly one of many concurrent creates succeeds',
    async (vault) => {
      const id = newId();
      const created = await atOnce(30, async (index) => {
        try {
          await vault.create(id, 'grant', `by ${index}`, DAY_MS);
          return [`by ${index}`];
        } catch {
          return [];
        }
      });
      assert.equal(created.flat().length, 1);
      assert.deepEqual(await vault.read(id), { version: 1, data: created.flat()[0] });
    },
  ],
  [
    'exactly one of many owners that ask for a lease at once gets it, and the others get busy',
    async (vault) => {
      const id = await grantIn(vault);
      const asked = await atOnce(50, (index) => ask(vault, id, `owner ${index}`));
      assert.deepEqual(count(asked.map(({ outcome }) => outcome)), { leased: 1, busy: 49 });
    },
  ],
  [
    'exactly one of many owners that ask for an expired lease gets it',
    async (vault) => {
      const id = await grantIn(vault);
      await ask(vault, id, LOST_OWNER, 1, 40);
      const asked = await until(async () => {
        const all = await atOnce(20, (index) => ask(vault, id, `owner ${index}`));
        return all.some(({ outcome }) => outcome === 'leased') ? all : undefined;
      });
      const leased = asked.filter(({ outcome }) => outcome === 'leased');
      assert.deepEqual(leased, [{ outcome: 'leased', record: { version: 1, data: 'first' }, interrupted: true }]);
    },
  ],
  [
    'exactly one of many concurrent commits of a version succeeds',
    async (vault) => {
      const id = await grantIn(vault);
      const committed = await atOnce(50, async (index) => {
        const outcome = await vault.commit(id, { version: 1, data: `by ${index}`, ttlMs: DAY_MS });
        return { outcome, data: `by ${index}` };
      });
      assert.deepEqual(count(committed.map(({ outcome }) => outcome)), { committed: 1, superseded: 49 });
      const winner = committed.find(({ outcome }) => outcome === 'committed');
      assert.deepEqual(await vault.read(id), { version: 2, data: winner?.data });
    },
  ],
  [
    'a grant that is deleted during commits is gone in the end',
    async (vault) => {
      const id = await grantIn(vault);
      await atOnce(20, async (index) => {
        if (index === 10) await vault.delete(id);
        else await vault.commit(id, { version: 1, data: 'x', ttlMs: DAY_MS });
      });
      assert.equal(await vault.read(id), undefined);
    },
  ],
  [
    'a grant that is marked dead during a commit lives on with the new data',
    async (vault) => {
      const id = await grantIn(vault);
      await atOnce(20, async (index) => {
        if (index === 10) await vault.commit(id, { version: 1, data: 'second', ttlMs: DAY_MS });
        else await vault.markDead(id, { version: 1, reason: 'x' });
      });
      assert.deepEqual(await vault.read(id), { version: 2, data: 'second' });
    },
  ],
  [
    'operations on different records do not affect each other',
    async (vault) => {
      const ids = await atOnce(20, (index) => grantIn(vault, `data ${index}`));
      const leased = await Promise.all(ids.map((id) => ask(vault, id, 'a')));
      assert.deepEqual(
        leased.map((one) => one.outcome === 'leased' && one.record.data),
        ids.map((_id, index) => `data ${index}`),
      );
    },
  ],
];

function atOnce<T>(times: number, call: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => call(index)));
}

function count(words: readonly string[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const word of words) counted[word] = (counted[word] ?? 0) + 1;
  return counted;
}
