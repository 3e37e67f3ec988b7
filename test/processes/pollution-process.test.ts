import { test } from '@jest/globals';
import { expectSameStory } from '../support/polluted-app';

test('S3 a polluted Object.prototype changes nothing that the app does', async () => {
  await expectSameStory((sink) => ({
    clientSecret: 'polluted',
    state: 'polluted',
    host: `127.0.0.1:${sink.port}`,
    headers: { 'x-polluted': 'polluted', host: `127.0.0.1:${sink.port}` },
    method: 'DELETE',
    redirect: 'follow',
    expires_in: 7,
    tssd: 'mcpolluted',
  }));
}, 60_000);

// What Express, express-session, Passport, undici or Node itself stumble over is left out.
test('S3b nor does one polluted with any name of options, answers and records', async () => {
  const names = [
    ...['subdomain', 'clientID', 'callbackURL', 'scope', 'multiTenant', 'pkce', 'vault', 'encryptionKey', 'clock'],
    ...['refreshAhead', 'grantTtl', 'vaultTimeout', 'dispatcher', 'baseUrlTemplate', 'customHeaders'],
    ...['passReqToCallback', 'skipUserProfile', 'authorizationURL', 'tokenURL', 'refusalUrl', 'loginUrl', 'redirectTo'],
    ...['cookieName', 'verifier', 'codeVerifier', 'pinned', 'createdAt', 'extra', 'query', 'body', 'retryAfter'],
    ...['reason', 'hint', 'cause', 'response', 'code', 'error_description', 'access_token', 'refresh_token'],
    ...['token_type', 'rest_instance_url', 'soap_instance_url', 'sub', 'organization', 'rest', 'member_id'],
    ...['enterprise_id', 'account_id', 'client_secret', 'client_id', 'grant_type', 'permissions', 'email', 'userId'],
    ...['grantId', 'byLogin', 'grants', 'earlier', 'kept', 'detached', 'accessToken', 'refreshToken', 'issuedAt'],
    ...['expiresAt', 'persistent', 'identity', 'marketingCloudVault', 'until', 'version', 'data', 'kind', 'note'],
    ...['owner', 'interrupted', 'more', 'name', 'id', 'type', 'url', 'grant', 'tenant', 'failures', 'isUrgent'],
    ...['servername', 'upgrade', 'idempotent', 'blocking', 'reset', 'hostname', 'protocol', 'lookup'],
  ];
  await expectSameStory(() => Object.fromEntries(names.map((name) => [name, `polluted-${name}`])));
}, 60_000);

/**
 * The names of members that records, marks, grants, notes, options and answers may leave out. Left out here is what Node,
 * undici, Passport and express-session trip over themselves: body, error, marketingCloud, name, pause, returnTo, signal, timeout.
 */
const LEFT_OUT = [
  ...['accessToken', 'access_token', 'accountId', 'accountType', 'account_type', 'baseUrlTemplate'],
  ...['businessUnitId', 'byLogin', 'cause', 'clientSecret', 'clock', 'code', 'codeVerifier', 'comeBack'],
  ...['comeBackAt', 'connected', 'cookieName', 'count', 'createdAt', 'customHeaders', 'data', 'dead'],
  ...['death', 'detached', 'dispatcher', 'earlier', 'email', 'encryptionKey', 'enterpriseId'],
  ...['enterpriseName', 'enterprise_id', 'enterprise_name', 'errorcode', 'expiresAt', 'expires_in'],
  ...['extra', 'failures', 'persistent', 'format', 'grantId', 'grantTtl', 'grants', 'hasWaiters', 'hint', 'id'],
  ...['identity', 'interrupted', 'hasWaiters', 'isFulfilled', 'isTokenUnusable', 'issuedAt', 'items', 'kept'],
  ...['kind', 'lease', 'leasedAt', 'locale', 'loginUrl', 'member_id', 'message', 'more', 'multiTenant'],
  ...['note', 'objectTypeName', 'operationName', 'organization', 'outcome', 'owner'],
  ...['passReqToCallback', 'perProcess', 'permissions', 'pinned', 'pkce', 'preferred_username', 'prefix'],
  ...['profile', 'query', 'reason', 'reasons', 'redirectTo', 'refreshAhead', 'refreshToken'],
  ...[
    'refresh_token',
    'refusalUrl',
    'region',
    'lastUnexplainedAt',
    'unexplainedRefusals',
    'requestAttempts',
    'response',
  ],
  ...['rest', 'rest_instance_url', 'retryAfter', 'retryOnConnectionError', 'sameTokens', 'scope'],
  ...['skipUserProfile', 'soap_instance_url', 'stack_key', 'sub', 'subdomain', 'table', 'token_type'],
  ...['tokens', 'until', 'userId', 'username', 'vault', 'vaultTimeout', 'verifier', 'version', 'wish'],
  ...['zoneinfo'],
];

test.each([[true], [7], [{}]])(
  'defect 9: sign-in, refresh, keep() and sign-out are the same where every object inherits %p by any of these names',
  async (value: unknown) => {
    await expectSameStory(() => Object.fromEntries(LEFT_OUT.map((name) => [name, value])));
  },
  60_000,
);
