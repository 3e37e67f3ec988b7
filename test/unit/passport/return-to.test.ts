import { describe, expect, test } from '@jest/globals';
import { parseReturnTo } from '../../../src/passport/return-to';
import { FOREIGN, FOREIGN_TOO, KEPT, LOOPING, MALFORMED } from '../../support/return-targets';

const ORIGIN = 'https://app.example';

function read(value: unknown): string | undefined {
  return parseReturnTo(value, ORIGIN, ['/cb', '/login']);
}

/** As a test's name may have it. */
const shown = (value: string): readonly [string, string] => [JSON.stringify(value.slice(0, 60)), value];

describe('parseReturnTo drops', () => {
  test.each([...FOREIGN, ...FOREIGN_TOO].map(shown))('%s, which may lead to another origin', (_shown, value) => {
    expect(read(value)).toBeUndefined();
  });

  test.each(MALFORMED.map(shown))('%s, which is no address', (_shown, value) => {
    expect(read(value)).toBeUndefined();
  });

  test.each(LOOPING.map(shown))('%s, which would start over or sign out', (_shown, value) => {
    expect(read(value)).toBeUndefined();
  });

  test.each([[undefined], [null], [42], [true], [['/ok']], [{}], [{ toString: () => '/ok' }], [Symbol('/ok')]])(
    '%p, which is no string',
    (value) => {
      expect(read(value)).toBeUndefined();
    },
  );
});

describe('parseReturnTo keeps', () => {
  test.each(KEPT.map(shown))('%s exactly, as a path', (_shown, value) => {
    expect(read(value)).toBe(value.replace(ORIGIN, ''));
  });
});
