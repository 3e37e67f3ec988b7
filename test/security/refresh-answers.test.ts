import { expect, test } from '@jest/globals';
import type { Fault } from '../../src/emulator';
import { grantScene, LIFETIME_MS } from '../support/grant-scene';
import { altered, without } from '../support/token-answers';

const asIs = altered((tokens) => tokens);

/** What `/api` answers when the refresh before it is struck by a fault, and then without it one life later. */
async function refreshedBy(fault: Fault) {
  const scene = await grantScene();
  const { emulator, app, browser, grantId, pass } = scene;
  const { scope } = await app.strategy.credentials(grantId);
  pass(LIFETIME_MS + 1_000);
  const struck = emulator.fault('token', { ...fault, times: 1 });
  const first = (await browser.get('/api')).status;
  expect(struck.hits).toBe(1);
  const after = first === 200 ? (await app.strategy.credentials(grantId)).scope : scope;
  pass(LIFETIME_MS + 1_000);
  return { statuses: [first, (await browser.get('/api')).status], scope, after };
}

test.each<[string, Fault]>([
  ['a byte order mark', altered((tokens) => `\u{feff}${JSON.stringify(tokens)}`)],
  ['text/json', { ...asIs, headers: { 'content-type': 'text/json; charset=utf-8' } }],
  ['text/plain', { ...asIs, headers: { 'content-type': 'text/plain' } }],
  ['no content type', { ...asIs, headers: { 'content-type': undefined } }],
  ['another JSON type', { ...asIs, headers: { 'content-type': 'application/vnd.sfmc+json' } }],
  ['status 201', { ...asIs, status: 201 }],
  ['an empty error and description', altered((tokens) => ({ ...tokens, error: '', error_description: '' }))],
  ['an error of null', altered((tokens) => ({ ...tokens, error: null }))],
  ['an empty scope', altered((tokens) => ({ ...tokens, scope: '' }))],
  ['an invalid scope', altered((tokens) => ({ ...tokens, scope: 7 }))],
])('defect 26: a refresh whose answer comes with %s is taken', async (_what, fault) => {
  const { statuses, scope, after } = await refreshedBy(fault);
  expect(statuses).toEqual([200, 200]);
  expect(after).toEqual(scope);
});

test.each([undefined, null, ''])(
  'defect 26: a refresh that is answered with the refresh token %p keeps the one before',
  async (refreshToken) => {
    const { emulator, browser, pass } = await grantScene({ emulator: { rotateRefreshTokens: false } });
    pass(LIFETIME_MS + 1_000);
    emulator.fault('token', { ...altered((tokens) => ({ ...tokens, refresh_token: refreshToken })), times: 1 });
    expect((await browser.get('/api')).status).toBe(200);
    pass(LIFETIME_MS + 1_000);
    expect((await browser.get('/api')).status).toBe(200);
  },
);

test.each<[string, Fault]>([
  ['an error', altered((tokens) => ({ ...tokens, error: 'invalid_grant' }))],
  ['another token type', altered((tokens) => ({ ...tokens, token_type: 'mac' }))],
  ['no lifetime', altered((tokens) => without(tokens, 'expires_in'))],
  ['an invalid refresh token', altered((tokens) => ({ ...tokens, refresh_token: 7 }))],
  ['another tenant', altered((tokens) => ({ ...tokens, rest_instance_url: 'https://evil.example/' }))],
])('defect 26: a refresh whose answer comes with %s is not taken', async (_what, fault) => {
  const { statuses } = await refreshedBy(fault);
  expect(statuses[0]).toBe(502);
});
