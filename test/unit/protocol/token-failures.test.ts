import { expect, test } from '@jest/globals';
import { MarketingCloudError } from '../../../src/errors';
import { parseTokenError } from '../../../src/protocol/token-error';
import { classifyFailure } from '../../../src/protocol/token-failures';

const REFRESH = { kind: 'refresh', deadCode: 'sign_in_required', forBusinessUnit: false } as const;
const EXCHANGE = { kind: 'exchange', deadCode: 'sign_in_expired', forBusinessUnit: false } as const;

function answer(status: number, word?: string) {
  return {
    status,
    contentType: 'application/json; charset=utf-8',
    text: JSON.stringify(word === undefined ? { message: 'no' } : { error: word }),
  };
}

test.each([
  [429, undefined, 'rate_limited', 'notRetryable'],
  [429, 'invalid_grant', 'rate_limited', 'notRetryable'],
  [500, undefined, 'upstream_unavailable', 'ambiguous'],
  [503, 'invalid_grant', 'upstream_unavailable', 'ambiguous'],
  [504, undefined, 'upstream_unavailable', 'ambiguous'],
  [408, undefined, 'upstream_unavailable', 'ambiguous'],
  [421, 'invalid_grant', 'upstream_unavailable', 'untouched'],
  [425, undefined, 'upstream_unavailable', 'untouched'],
  [302, undefined, 'invalid_response', 'unreadable'],
  [400, 'invalid_grant', 'sign_in_required', 'dead'],
  [401, 'invalid_token', 'sign_in_required', 'dead'],
  [403, 'access_denied', 'sign_in_required', 'dead'],
  [401, 'invalid_client', 'invalid_client', 'notRetryable'],
  [400, 'unauthorized_client', 'invalid_client', 'notRetryable'],
  [400, undefined, 'upstream_unavailable', 'unreadable'],
  [403, undefined, 'upstream_unavailable', 'unreadable'],
  [400, 'invalid_request', 'invalid_response', 'unexplained'],
] as const)('a refresh that is refused with %i %s is %s, %s', (status, word, code, failure) => {
  const error = parseTokenError(answer(status, word), REFRESH);
  expect([error.code, classifyFailure(error)]).toEqual([code, failure]);
});

test('a 503 that names a time to come back has not used the refresh token', () => {
  const error = parseTokenError(answer(503), { ...REFRESH, retryAfter: 2 });
  expect([error.code, classifyFailure(error), error.retryAfter]).toEqual(['upstream_unavailable', 'untouched', 2]);
});

test.each([
  [401, undefined, 'business_unit_denied', 'notRetryable'],
  [403, 'invalid_request', 'business_unit_denied', 'notRetryable'],
  [403, 'access_denied', 'sign_in_required', 'dead'],
  [401, 'invalid_client', 'invalid_client', 'notRetryable'],
  [400, 'invalid_request', 'invalid_response', 'unexplained'],
] as const)('a switch that is refused with %i %s is %s, %s', (status, word, code, failure) => {
  const error = parseTokenError(answer(status, word), { ...REFRESH, forBusinessUnit: true });
  expect([error.code, classifyFailure(error)]).toEqual([code, failure]);
});

test.each([
  [400, 'invalid_grant', 'sign_in_expired'],
  [400, undefined, 'invalid_response'],
  [404, undefined, 'invalid_response'],
  [400, 'unsupported_grant_type', 'invalid_response'],
] as const)('an exchange that is refused with %i %s is %s', (status, word, code) => {
  expect(parseTokenError(answer(status, word), EXCHANGE).code).toBe(code);
});

test.each([
  [new MarketingCloudError('tenant_mismatch'), 'unreadable'],
  [new MarketingCloudError('invalid_response', { response: { status: 200 } }), 'unreadable'],
  [new MarketingCloudError('upstream_unavailable', { response: { status: 200 } }), 'ambiguous'],
  [new MarketingCloudError('upstream_unavailable', { cause: new Error('ECONNREFUSED') }), 'untouched'],
  [new MarketingCloudError('upstream_unavailable', { cause: new Error('ECONNRESET') }), 'ambiguous'],
  [new MarketingCloudError('upstream_unavailable', { status: 504 }), 'ambiguous'],
  [new MarketingCloudError('invalid_client'), 'notRetryable'],
  // A refusal whose body cannot be decoded.
  [new MarketingCloudError('invalid_response', { response: { status: 400 } }), 'unreadable'],
  [new MarketingCloudError('invalid_response', { response: { status: 502 } }), 'ambiguous'],
] as const)('%s is %s (%#)', (error, failure) => {
  expect(classifyFailure(error)).toBe(failure);
});

test('a description that repeats a secret is left out of the error', () => {
  const text = JSON.stringify({ error: 'invalid_grant', error_description: 'bad code s3cret' });
  const given = { status: 400, contentType: 'application/json', text };
  expect(parseTokenError(given, { ...EXCHANGE, secrets: ['s3cret'] }).response?.description).toBeUndefined();
  expect(parseTokenError(given, EXCHANGE).response?.description).toBe('bad code s3cret');
});
