import { expect, test } from '@jest/globals';
import { DEFAULT_TENANTS, createDefaultPackages } from '../../../../src/emulator/world/default-world';
import { ALL_SCOPES, toPermissionEntries, READING_SCOPES } from '../../../../src/emulator/world/scopes';

test('the scopes are the 85 of live answers', () => {
  expect(new Set(ALL_SCOPES).size).toBe(85);
  for (const scope of ['offline', 'email_read', 'data_extensions_read', 'documents_and_images_read', 'journeys_aspr']) {
    expect(ALL_SCOPES).toContain(scope);
  }
});

test('reading scopes do not write', () => {
  expect(READING_SCOPES.filter((scope) => !/(_read|_view)$/.test(scope))).toEqual([]);
  expect(READING_SCOPES).toContain('contact_bu_mapping_view');
});

test('each permission has an object, an operation and its own id', () => {
  expect(toPermissionEntries(new Set(['email_write', 'documents_and_images_read']))).toEqual([
    { objectTypeName: 'Documents And Images', operationName: 'Read', name: 'Read', id: expect.any(Number) },
    { objectTypeName: 'Email', operationName: 'Write', name: 'Write', id: expect.any(Number) },
  ]);
  const ids = toPermissionEntries(new Set(ALL_SCOPES.slice(1))).map(({ id }) => id);
  expect(new Set(ids).size).toBe(84);
});

test('the default tenants have subdomains like those of Marketing Cloud', () => {
  for (const { subdomain } of DEFAULT_TENANTS) expect(subdomain).toMatch(/^mc[a-z0-9-]{26}$/);
});

test('the default packages have different client ids and secrets of the usual length', () => {
  const packages = createDefaultPackages('any-on-loopback', false);
  const values = packages.flatMap(({ clientId, secret }) => (secret === undefined ? [clientId] : [clientId, secret]));
  expect(values.filter((value) => !/^[A-Za-z0-9]{24}$/.test(value))).toEqual([]);
  expect(new Set(values).size).toBe(values.length);
});
