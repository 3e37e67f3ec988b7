import { describe, expect, test } from '@jest/globals';
import { isDue, isReplaceable, isUsable, type Grant } from '../../../src/grants/grant';
import { parseGrant, serializeGrant } from '../../../src/grants/grant-format';

function grantOf(lifetimeMs: number): Grant {
  return {
    subdomain: 'mcx',
    accessToken: 'a',
    refreshToken: 'r',
    issuedAt: 0,
    expiresAt: lifetimeMs,
    scope: ['offline'],
    strategy: 'one',
    persistent: true,
  };
}

describe('a token that an API has refused', () => {
  test.each([
    ['unauthorized', undefined, 59_999, false],
    ['unauthorized', undefined, 60_000, true],
    ['unauthorized', true, 900_000, false],
    ['expired', undefined, 0, true],
    ['expired', true, 59_999, false],
    ['expired', true, 60_000, true],
  ] as const)(
    'as %s, with another before it: %p, is replaced at %i ms of age: %p',
    (refusal, after, ageMs, expected) => {
      const grant: Grant = { ...grantOf(1_079_000), ...(after === true && { afterRefusal: true }) };
      expect(isReplaceable(grant, refusal, ageMs)).toBe(expected);
    },
  );
});

describe('a token', () => {
  test.each([
    [1_079_000, 300_000, 779_000, 1_049_000],
    [1_079_000, 900_000, 539_500, 1_049_000],
    [1_079_000, 0, 1_049_000, 1_049_000],
    [240_000, 300_000, 120_000, 210_000],
    [40_000, 300_000, 20_000, 35_000],
    [40_000, 0, 35_000, 35_000],
    [1_000, 300_000, 500, 875],
  ])(
    'defect 19: a life of %i ms with %i ms of refresh-ahead is due at %i and usable until %i',
    (lifetimeMs, aheadMs, dueAt, usableUntil) => {
      const grant = grantOf(lifetimeMs);
      expect([isDue(grant, dueAt - 1, aheadMs), isDue(grant, dueAt, aheadMs)]).toEqual([false, true]);
      expect([isUsable(grant, usableUntil), isUsable(grant, usableUntil + 1)]).toEqual([true, false]);
    },
  );
});

describe('a stored grant', () => {
  test('comes back as it was', () => {
    const grant: Grant = { ...grantOf(1_000), identity: { userId: '1', businessUnitId: 2, enterpriseId: 3 } };
    expect(parseGrant(serializeGrant(grant))).toEqual(grant);
  });

  test.each([
    ['is no JSON', 'x'],
    ['is of another format', JSON.stringify({ ...grantOf(1), format: 2 })],
    ['names a host', serializeGrant({ ...grantOf(1), subdomain: 'evil.com' })],
    ['names an upper-case label', serializeGrant({ ...grantOf(1), subdomain: 'MCX' })],
    ['has no token', JSON.stringify({ ...grantOf(1), format: 1, accessToken: undefined })],
    ['has a scope of another shape', JSON.stringify({ ...grantOf(1), format: 1, scope: 'offline' })],
  ])('is none when it %s', (_what, data) => expect(parseGrant(data)).toBeUndefined());
});
