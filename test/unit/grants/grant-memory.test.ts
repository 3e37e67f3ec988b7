import { expect, test } from '@jest/globals';
import { GrantMemory } from '../../../src/grants/grant-memory';
import type { GrantSnapshot } from '../../../src/grants/grant-snapshot';

const MAX_GRANTS = 10_000;
const RECORD = { data: 'text' };

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

/** A memory that holds as many grants as it may, in the order of their numbers. */
function fullMemory(): GrantMemory {
  const memory = new GrantMemory();
  for (let id = 0; id < MAX_GRANTS; id += 1) memory.remember(grant(id), RECORD);
  return memory;
}

/** Which of these grants are remembered. */
function known(memory: GrantMemory, ...ids: readonly number[]): number[] {
  return ids.filter((id) => memory.getUsable(`grant ${id}`, 0) !== undefined);
}

test('a grant beyond ten thousand replaces the one that was read longest ago', () => {
  const memory = fullMemory();
  memory.remember(grant(0, 2), RECORD);
  memory.remember(grant(MAX_GRANTS), RECORD);
  expect(known(memory, 0, 1, 2, MAX_GRANTS)).toEqual([0, 2, MAX_GRANTS]);
});

test('a grant that is read again replaces no other', () => {
  const memory = fullMemory();
  memory.remember(grant(MAX_GRANTS - 1, 2), RECORD);
  expect(known(memory, 0, 1, MAX_GRANTS - 1)).toEqual([0, 1, MAX_GRANTS - 1]);
});

test('defect 18: grants that are too old to be served are dropped with the next one that is read', () => {
  let now = 0;
  const memory = new GrantMemory(() => now);
  for (let id = 0; id < 1_000; id += 1) {
    now += 100;
    memory.remember(grant(id), RECORD);
  }
  // Those of the last thirty seconds.
  expect(memory.size).toBe(300);
  expect(known(memory, 699, 700, 999)).toEqual([700, 999]);
  now += 40_000;
  memory.remember(grant(0, 2), RECORD);
  expect(memory.size).toBe(1);
  now += 40_000;
  expect([known(memory, 0), memory.size]).toEqual([[], 0]);
});

test('grants that sign-ins have written take little room until a request reads them', () => {
  const memory = new GrantMemory();
  for (let id = 0; id < 20_000; id += 1) memory.rememberNew(grant(id), RECORD);
  expect(memory.size).toBe(500);
  memory.remember(grant(19_999, 2), RECORD);
  expect(memory.size).toBe(500);
  expect(known(memory, 19_499, 19_500, 19_999)).toEqual([19_500, 19_999]);
});

test('a deleted grant stays deleted, also when it is read afterwards', () => {
  const memory = fullMemory();
  memory.markDeleted('grant 5');
  memory.remember(grant(5, 9), RECORD);
  memory.rememberNew(grant(5, 9), RECORD);
  memory.drop('grant 5');
  expect([known(memory, 5), memory.isDeleted('grant 5')]).toEqual([[], true]);
});

test('a record is found by its version, its text and its note, and an older one does not replace it', () => {
  const memory = new GrantMemory();
  const newer = grant(1, 2);
  memory.remember(newer, { data: 'new', note: 'failed' });
  memory.remember(grant(1, 1), { data: 'old' });
  expect(memory.find('grant 1', { version: 2, data: 'new', note: 'failed' })).toBe(newer);
  expect(memory.find('grant 1', { version: 1, data: 'old' })).toBeUndefined();
  expect(memory.find('grant 1', { version: 2, data: 'changed', note: 'failed' })).toBeUndefined();
  expect(memory.find('grant 1', { version: 2, data: 'new' })).toBeUndefined();
});
