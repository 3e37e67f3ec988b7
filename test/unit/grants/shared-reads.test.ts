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
  test('are two reads of each key: the first, and one that the others share', async () => {
    const { begun, reads } = slowStore();
    const all = Promise.all(['a', 'a', 'b', 'a'].map((key) => reads.read(key)));
    expect(begun.map(({ key }) => key)).toEqual(['a', 'b']);
    await nextTurn();
    expect(begun.map(({ key }) => key)).toEqual(['a', 'b', 'a']);
    for (const { answer } of begun) answer();
    expect(await all).toEqual(['old', 'old', 'old', 'old']);
  });

  test('begin at once, or after the last of those that share one has asked', async () => {
    const { store, begun, reads } = slowStore();
    const first = reads.read('a');
    const second = reads.read('a');
    store.value = 'new';
    const third = reads.read('a');
    await nextTurn();
    for (const { answer } of begun) answer();
    expect(await Promise.all([first, second, third])).toEqual(['old', 'new', 'new']);
  });

  test('fail on their own, and the next one is asked anew', async () => {
    const { begun, reads } = slowStore();
    const all = Promise.allSettled([reads.read('a'), reads.read('a'), reads.read('a')]);
    await nextTurn();
    begun[0]?.answer();
    begun[1]?.fail(new Error('away'));
    expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    const next = reads.read('a');
    begun[2]?.answer();
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
