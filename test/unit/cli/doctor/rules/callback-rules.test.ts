import { expect, test } from '@jest/globals';
import { callbackRules } from '../../../../../src/cli/doctor/rules/callback-rules';
import { findingOf } from '../../../../support/doctor';

const EMULATOR = 'http://127.0.0.1:4000/{subdomain}/{service}';

const check = (id: string, url: string | undefined, more: Record<string, string> = {}) =>
  findingOf(callbackRules, id, { MC_CALLBACK_URL: url, ...more });

test.each([
  ['callback-url', undefined, 'failed', /MC_CALLBACK_URL=https:\/\/127\.0\.0\.1:3000\/auth\/callback/],
  ['callback-url', '/auth/callback', 'failed', /https:\/\/app\.example\.com\/auth\/callback/],
  ['callback-url', 'https%3A%2F%2Fapp.example.com%2Fcb', 'failed', /plain text/],
  ['callback-url', 'https://app.example.com/cb', 'passed', undefined],
  ['callback-https', 'http://app.example.com/cb', 'failed', /set https:\/\/app\.example\.com\/cb$/],
  ['callback-https', 'http://127.0.0.1:3000/cb', 'failed', /set https:\/\/127\.0\.0\.1:3000\/cb$/],
  ['callback-https', 'https://127.0.0.1:3000/cb', 'passed', undefined],
  ['callback-host', 'https://localhost:3000/cb', 'failed', /set https:\/\/127\.0\.0\.1:3000\/cb$/],
  ['callback-host', 'https://[::1]:3000/cb', 'warned', /127\.0\.0\.1/],
  ['callback-host', 'https://127.0.0.1:3000/cb', 'passed', undefined],
  ['callback-plain', 'https://app.example.com/*', 'failed', /each redirect URL/],
  ['callback-plain', 'https://app.example.com/cb#here', 'failed', /set https:\/\/app\.example\.com\/cb$/],
  ['callback-plain', 'https://me:PASSWORD@app.example.com/cb', 'failed', /set https:\/\/app\.example\.com\/cb$/],
  ['callback-plain', 'https://app.example.com/cb?tenant=1', 'warned', /returnTo/],
  ['callback-plain', 'https://app.example.com/cb', 'passed', undefined],
  ['callback-exact', 'https://App.example.com/cb', 'warned', /set https:\/\/app\.example\.com\/cb$/],
  ['callback-exact', 'https://app.example.com:443/cb', 'warned', /set https:\/\/app\.example\.com\/cb$/],
  ['callback-exact', 'https://app.example.com/a/../cb', 'warned', /set https:\/\/app\.example\.com\/cb$/],
  ['callback-exact', 'https://app.example.com', 'passed', undefined],
  ['callback-exact', 'https://app.example.com/cb/', 'passed', undefined],
  ['callback-exact', undefined, 'skipped', undefined],
])('%s of %s is %s', async (id, url, status, fix) => {
  const finding = await check(id, url);
  expect([finding.status, finding.message]).toEqual([status, expect.not.stringContaining('PASSWORD')]);
  if (fix === undefined) expect(finding.fix).toBeUndefined();
  else expect(finding.fix).toMatch(fix);
});

test.each([
  ['callback-https', 'http://127.0.0.1:3000/cb'],
  ['callback-host', 'http://localhost:3000/cb'],
])('%s only warns of %s at an emulator', async (id, url) => {
  expect((await check(id, url, { MC_BASE_URL_TEMPLATE: EMULATOR })).status).toBe('warned');
});

test.each([
  ['https://127.0.0.1:3000/cb', '3000', 'passed'],
  ['https://127.0.0.1:3000/cb', '8080', 'failed'],
  ['https://127.0.0.1/cb', '443', 'passed'],
  ['https://127.0.0.1:3000/cb', undefined, 'skipped'],
  ['https://app.example.com/cb', '8080', 'passed'],
  ['https://app.example.com/cb', '80800', 'failed'],
  [undefined, '8080', 'skipped'],
])('callback-port of %s and PORT %s is %s', async (url, port, status) => {
  const finding = await findingOf(callbackRules, 'callback-port', { MC_CALLBACK_URL: url, PORT: port });
  expect(finding.status).toBe(status);
});
