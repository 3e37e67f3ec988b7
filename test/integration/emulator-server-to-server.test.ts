import { expect, test } from '@jest/globals';
import { authorizeUrl, call, emulate, send, textOf, token } from '../unit/emulator/harness';

const GRANT = { grant_type: 'client_credentials' };
const APP = { app: 'server-to-server' };

test('returns an access token for the top-level business unit, and no refresh token', async () => {
  const emulator = await emulate();
  const { status, fields } = await token(emulator, GRANT, APP);
  expect(status).toBe(200);
  expect(fields()).not.toHaveProperty('refresh_token');
  expect(textOf(fields()['scope'])).toMatch(/^offline /);
  const context = await call(emulator, 'rest', '/platform/v1/tokenContext', textOf(fields()['access_token']));
  expect(context.fields()).toMatchObject({ enterprise: { id: 510_001_000 }, organization: { id: 510_001_000 } });
});

test('works in the business unit of account_id, where the integration is enabled', async () => {
  const emulator = await emulate();
  emulator.world.change('server-to-server', { businessUnitIds: [510_001_000, 510_001_101] });
  expect((await token(emulator, { ...GRANT, account_id: '510001101' }, APP)).status).toBe(200);
  expect((await token(emulator, { ...GRANT, account_id: 510_001_102 }, APP)).status).toBe(401);
});

test('returns the requested scopes, and refuses others', async () => {
  const emulator = await emulate();
  expect((await token(emulator, { ...GRANT, scope: 'email_read' }, APP)).fields()['scope']).toBe('email_read');
  expect((await token(emulator, { ...GRANT, scope: 'nonsense' }, APP)).fields()['error']).toBe('invalid_scope');
});

test('calls REST by its scopes alone, because it has no user', async () => {
  const emulator = await emulate();
  const { access_token: accessToken } = (await token(emulator, { ...GRANT, scope: 'journeys_read' }, APP)).fields();
  const at = async (path: string) => (await call(emulator, 'rest', path, textOf(accessToken))).status;
  expect(await at('/interaction/v1/interactions')).toBe(200);
  expect(await at('/asset/v1/content/assets')).toBe(403);
});

test('has a userinfo', async () => {
  const emulator = await emulate();
  const { access_token: accessToken } = (await token(emulator, GRANT, APP)).fields();
  const { fields } = await call(emulator, 'auth', '/v2/userinfo', textOf(accessToken));
  expect(fields()).toMatchObject({ user: { name: 'Nightly Export app user' }, organization: { stack_key: 'S7' } });
});

test('cannot use the other grant types or the authorize endpoint', async () => {
  const emulator = await emulate();
  const refused = await token(emulator, { grant_type: 'refresh_token', refresh_token: 'x' }, APP);
  expect(refused.fields()['error']).toBe('unauthorized_client');
  expect((await send(authorizeUrl(emulator, {}, 'server-to-server'))).status).toBe(400);
});
