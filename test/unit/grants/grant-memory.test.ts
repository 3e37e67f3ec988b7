import { expect, test } from '@jest/globals';
import { GrantMemory } from '../../../src/grants/grant-memory';
import type { GrantSnapshot } from '../../../src/grants/grant-snapshot';

const MOST = 10_000;

function grant(id: number, version = 1): GrantSnapshot {
  return {
    id: `grant ${id}`,
    version,
    grant: {
      strategy: 'one',
      subdomain: 'mcx',
      accessToken: 'a',
      issuedAt: 0,
      expiresAt: 1_079_000,
      scope: [],
      persistent: true,
    },
    tenant: { subdomain: 'mcx' } as GrantSnapshot['tenant'],
  };
}

/** A memory that has seen as many grants as it holds, in the order of their numbers. */
function fullMemory(): GrantMemory {
  const memory = new GrantMemory();
  for (let id = 0; id < MOST; id += 1) memory.remember(grant(id));
  return memory;
}

/** Which of these grants are remembered. */
function known(memory: GrantMemory, ...ids: readonly number[]): number[] {
  return ids.filter((id) => memory.usable(`grant ${id}`, 0) !== undefined);
}

test('a grant more than ten thousand takes the place of the one that was seen longest ago', () => {
  const memory = fullMemory();
  memory.remember(grant(0, 2));
  memory.remember(grant(MOST));
  expect(known(memory, 0, 1, 2, MOST)).toEqual([0, 2, MOST]);
});

test('a grant that is seen again takes nobody’s place', () => {
  const memory = fullMemory();
  memory.remember(grant(MOST - 1, 2));
  expect(known(memory, 0, 1, MOST - 1)).toEqual([0, 1, MOST - 1]);
});

test('defect 18: grants that are too old to be served are dropped with the next one that is seen', () => {
  let now = 0;
  const memory = new GrantMemory(() => now);
  for (let id = 0; id < 1_000; id += 1) {
    memory.remember(grant(id));
    now += 100;
  }
  // Those of the last thirty seconds.
  expect(memory.size).toBe(301);
  expect(known(memory, 699, 700, 999)).toEqual([700, 999]);
  now += 40_000;
  memory.remember(grant(0, 2));
  expect(memory.size).toBe(1);
  now += 40_000;
  expect([known(memory, 0), memory.size]).toEqual([[], 0]);
});

test('a grant that is forgotten stays so, whatever is read of it afterwards', () => {
  const memory = fullMemory();
  memory.forget('grant 5');
  memory.remember(grant(5, 9));
  memory.drop('grant 5');
  expect([known(memory, 5), memory.isForgotten('grant 5')]).toEqual([[], true]);
});
