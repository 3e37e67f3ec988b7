import { expect, test } from '@jest/globals';
import { explainFailure } from '../../../../src/cli/doctor/network-failure';
import { MarketingCloudError } from '../../../../src/errors';

const withCode = (code: string) => Object.assign(new Error('connect to https://me:PASSWORD@host'), { code });

test.each([
  [withCode('ENOTFOUND'), 'has no address in DNS'],
  [new MarketingCloudError('upstream_unavailable', { cause: withCode('ECONNREFUSED') }), 'refuses connections'],
  [
    new MarketingCloudError('upstream_unavailable', { cause: withCode('CERT_HAS_EXPIRED') }),
    'shows an expired certificate',
  ],
  [withCode('EODD'), 'cannot be used (EODD)'],
  [new Error('PASSWORD'), 'cannot be used (Error)'],
  [undefined, 'cannot be used (Error)'],
])('%s is explained by its code alone', (error, what) => {
  const failure = explainFailure(error);
  expect(failure.what).toBe(what);
  expect(JSON.stringify(failure)).not.toContain('PASSWORD');
});

test('codes of a library come first', () => {
  expect(
    explainFailure(new Error('NOAUTH Authentication required.'), { NOAUTH: { what: 'wants', fix: 'give' } }),
  ).toEqual({ what: 'wants', fix: 'give' });
});
