import { expect, test } from '@jest/globals';
import { KeyedQueue } from '../../../../src/vaults/session-store/keyed-queue';

/** A task that notes its beginning and its end, and ends when it is told to. */
function heldTask(log: string[], name: string): { readonly task: () => Promise<string>; readonly end: () => void } {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    task: async () => {
      log.push(`${name} begins`);
      await ended;
      log.push(`${name} ends`);
      return name;
    },
    end: () => end(),
  };
}

test('tasks of one key run one after another, also after one that failed', async () => {
  const queue = new KeyedQueue();
  const log: string[] = [];
  const [first, second] = [heldTask(log, 'first'), heldTask(log, 'second')];
  const failed = queue.run('key', () => Promise.reject(new Error('broken')));
  const turns = [queue.run('key', first.task), queue.run('key', second.task)];
  second.end();
  first.end();
  await expect(failed).rejects.toThrow('broken');
  expect(await Promise.all(turns)).toEqual(['first', 'second']);
  expect(log).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
});

test('tasks of different keys do not wait for each other', async () => {
  const queue = new KeyedQueue();
  const log: string[] = [];
  const first = heldTask(log, 'first');
  const turn = queue.run('one', first.task);
  expect(await queue.run('other', () => Promise.resolve('done'))).toBe('done');
  first.end();
  await turn;
});

test('a task that never ends holds the next one up for a while only', async () => {
  const queue = new KeyedQueue(20);
  void queue.run('key', () => new Promise(() => undefined));
  expect(await queue.run('key', () => Promise.resolve('done'))).toBe('done');
});
