import { expect, test } from '@jest/globals';
import { scopeRules } from '../../../../../src/cli/doctor/rules/scope-rules';
import { findingOf } from '../../../../support/doctor';

test.each([
  ['scope', undefined, 'warned', /every scope/],
  ['scope', '', 'failed', /without any permission/],
  ['scope', 'offline,email_read', 'failed', /commas/],
  ['scope', 'offline "email_read"', 'failed', /character/],
  ['scope', 'offline  email_read', 'passed', /^2 scopes$/],
  ['scope-names', 'offline email_read', 'passed', /all/],
  ['scope-names', 'offline emial_read', 'warned', /did you mean email_read\?/],
  ['scope-names', 'tags_edit', 'warned', /tags_edit/],
  ['scope-names', 'aB3-pasted-secret', 'warned', /one that is no name/],
  ['scope-names', undefined, 'skipped', /missing/],
  ['scope-offline', 'offline email_read', 'passed', /./],
  ['scope-offline', 'email_read', 'warned', /revoked/],
  ['scope-offline', undefined, 'warned', /revoked/],
])('%s of %j is %s', async (id, given, status, message) => {
  const finding = await findingOf(scopeRules, id, { MC_SCOPE: given });
  expect([finding.status, finding.message]).toEqual([status, expect.stringMatching(message)]);
  expect(finding.message).not.toContain('pasted');
});
