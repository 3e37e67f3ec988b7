import { expect, test } from '@jest/globals';
import { parseRetryAfter } from '../../../src/http/retry-after';

const NOW = Date.parse('Tue, 24 Nov 2026 04:00:00 GMT');

test.each([
  ['2', 2],
  ['61', 61],
  ['1000000000', 1_000_000_000],
  ['9'.repeat(400), undefined],
  ['Tue, 24 Nov 2026 04:00:07 GMT', 7],
  ['Tue, 24 Nov 2026 03:59:00 GMT', undefined],
  ['0', undefined],
  ['-1', undefined],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After: %s is %s seconds', (value, seconds) => expect(parseRetryAfter(value, NOW)).toBe(seconds));
