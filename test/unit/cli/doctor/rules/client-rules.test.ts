import { expect, test } from '@jest/globals';
import { clientRules } from '../../../../../src/cli/doctor/rules/client-rules';
import { findingOf } from '../../../../support/doctor';

const SUBDOMAIN = 'mc563885gzs27c5t9-63k636ttgm';
const CLIENT_ID = 'vqwyswrlzzfk024ivr682esb';

test.each([
  [undefined, 'failed', /Authentication Base URI/],
  [SUBDOMAIN, 'passed', undefined],
  [`https://${SUBDOMAIN}.auth.marketingcloudapis.com/`, 'failed', new RegExp(`MC_SUBDOMAIN=${SUBDOMAIN}$`)],
  [`${SUBDOMAIN}.rest.marketingcloudapis.com`, 'failed', new RegExp(`MC_SUBDOMAIN=${SUBDOMAIN}$`)],
  ['mc.exacttarget.com', 'failed', /mc563885gzs27c5t9-63k636ttgm/],
  ['s7', 'warned', /not the stack/],
])('subdomain %s is %s', async (given, status, fix) => {
  const finding = await findingOf(clientRules, 'subdomain', { MC_SUBDOMAIN: given });
  expect(finding.status).toBe(status);
  if (fix !== undefined) expect(finding.fix).toMatch(fix);
});

test.each([
  [undefined, 'passed'],
  ['https://{subdomain}.{service}.marketingcloudapis.com', 'passed'],
  ['http://127.0.0.1:4000/{subdomain}/{service}', 'warned'],
  ['http://app.example.com/{subdomain}/{service}', 'failed'],
  ['https://app.example.com', 'failed'],
])('base-url-template %s is %s', async (given, status) => {
  const finding = await findingOf(clientRules, 'base-url-template', { MC_BASE_URL_TEMPLATE: given });
  expect(finding.status).toBe(status);
});

test.each([
  [undefined, 'failed'],
  [CLIENT_ID, 'passed'],
  [`${CLIENT_ID}\n`, 'failed'],
  [`"${CLIENT_ID}"`, 'failed'],
  ['your-client-id', 'failed'],
  ['<client id>', 'failed'],
  ['6f0d1c52-8a1b-4f57-9c3e-2b7a51d04e11', 'warned'],
  ['the-secret-itself', 'failed'],
])('client-id %j is %s, and is not repeated', async (given, status) => {
  const env = { MC_CLIENT_ID: given, MC_CLIENT_SECRET: 'the-secret-itself' };
  const finding = await findingOf(clientRules, 'client-id', env);
  expect(finding.status).toBe(status);
  if (given !== undefined) expect(JSON.stringify(finding)).not.toContain(given.trim());
});

test.each([
  [undefined, 'skipped'],
  ['', 'failed'],
  [' ', 'failed'],
  ['aSecretOf24LettersOrSo00', 'passed'],
  ['aSecretOf24LettersOrSo00 ', 'failed'],
  ["'aSecretOf24LettersOrSo00'", 'failed'],
  ['changeme', 'failed'],
])('client-secret %j is %s', async (given, status) => {
  const finding = await findingOf(clientRules, 'client-secret', { MC_CLIENT_SECRET: given });
  expect(finding.status).toBe(status);
  expect(JSON.stringify(finding)).not.toMatch(/aSecret|changeme/);
});
