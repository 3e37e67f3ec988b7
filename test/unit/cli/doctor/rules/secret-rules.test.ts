import { expect, test } from '@jest/globals';
import { secretRules } from '../../../../../src/cli/doctor/rules/secret-rules';
import { findingOf } from '../../../../support/doctor';

const LONG = 'a value of thirty-two characters or more';

test.each([
  ['session-secret', { SESSION_SECRET: LONG }, 'passed'],
  ['session-secret', {}, 'warned'],
  ['session-secret', { SESSION_SECRET: 'short' }, 'warned'],
  ['session-secret', { SESSION_SECRET: 'keyboard cat' }, 'failed'],
  ['session-secret', { SESSION_SECRET: 'changeme' }, 'failed'],
  ['encryption-key', { ENCRYPTION_KEY: LONG }, 'passed'],
  ['encryption-key', {}, 'warned'],
  ['encryption-key', { ENCRYPTION_KEY: '' }, 'failed'],
  ['encryption-key', { ENCRYPTION_KEY: 'short' }, 'failed'],
  ['separate-secrets', { ENCRYPTION_KEY: LONG, SESSION_SECRET: LONG }, 'failed'],
  ['separate-secrets', { ENCRYPTION_KEY: LONG, SESSION_SECRET: 'short' }, 'passed'],
  ['separate-secrets', {}, 'passed'],
])('%s of %j is %s', async (id, env, status) => {
  const finding = await findingOf(secretRules, id, env);
  expect(finding.status).toBe(status);
  expect(JSON.stringify(finding)).not.toContain(LONG);
});
