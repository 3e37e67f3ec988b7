import { describe, expect, test } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SharedReads } from '../../../src/grants/shared-reads';

/** A store whose reads are answered by hand: with what it holds when a read begins. */
function slowStore() {
  const begun: { key: string; answer: () => void; fail: (error: Error) => void }[] = [];
  const store = { value: 'old' };
  const reads = new SharedReads(
    (key) =>
      new Promise<string>((resolve, reject) => {
        const { value } = store;
        begun.push({ key, answer: () => resolve(value), fail: reject });
      }),
  );
  return { store, begun, reads };
}

describe('reads of the same turn', () => {
  test('are one read for each key', async () => {
    const { begun, reads } = slowStore();
    const all = Promise.all(['a', 'a', 'b', 'a'].map((key) => reads.read(key)));
    await nextTurn();
    expect(begun.map(({ key }) => key)).toEqual(['a', 'b']);
    for (const { answer } of begun) answer();
    expect(await all).toEqual(['old', 'old', 'old', 'old']);
  });

  test('begin after the last of them has asked', async () => {
    const { store, begun, reads } = slowStore();
    const first = reads.read('a');
    store.value = 'new';
    const second = reads.read('a');
    await nextTurn();
    begun[0]?.answer();
    expect(await Promise.all([first, second])).toEqual(['new', 'new']);
  });

  test('fail together, and the next one is asked anew', async () => {
    const { begun, reads } = slowStore();
    const all = Promise.allSettled([reads.read('a'), reads.read('a')]);
    await nextTurn();
    begun[0]?.fail(new Error('away'));
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = reads.read('a');
    await nextTurn();
    begun[1]?.answer();
    expect(await next).toBe('old');
  });
});

test('a read that has begun is not joined: what it finds may be older than the question', async () => {
  const { store, begun, reads } = slowStore();
  const early = reads.read('a');
  await nextTurn();
  store.value = 'new';
  const late = reads.read('a');
  await nextTurn();
  for (const { answer } of begun) answer();
  expect([await early, await late]).toEqual(['old', 'new']);
});

test('a read that never ends keeps none waiting', async () => {
  const { begun, reads } = slowStore();
  void reads.read('a');
  await nextTurn();
  const next = reads.read('a');
  await nextTurn();
  begun[1]?.answer();
  expect(await next).toBe('old');
});
