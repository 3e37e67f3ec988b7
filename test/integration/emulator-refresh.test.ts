import { describe, expect, test } from '@jest/globals';
import { call, emulate, refresh, textOf, token, tokensOf } from '../unit/emulator/harness';

const DAY_MS = 86_400_000;

describe('grant_type=refresh_token', () => {
  test('returns new tokens and consumes the old refresh token', async () => {
    const emulator = await emulate();
    const first = await tokensOf(emulator, { scope: 'offline email_read' });
    const answer = await refresh(emulator, first.refreshToken);
    expect(answer.fields()).toMatchObject({ scope: 'offline email_read', expires_in: 1079 });
    expect(answer.fields()['access_token']).not.toBe(first.accessToken);
    expect(answer.fields()['refresh_token']).not.toBe(first.refreshToken);
    const again = await refresh(emulator, first.refreshToken);
    expect({ status: again.status, error: again.fields()['error'] }).toEqual({ status: 401, error: 'invalid_token' });
  });

  test('keeps the new tokens when a consumed one is used again', async () => {
    const emulator = await emulate();
    const { refreshToken } = await tokensOf(emulator);
    const second = textOf((await refresh(emulator, refreshToken)).fields()['refresh_token']);
    await refresh(emulator, refreshToken);
    expect((await refresh(emulator, second)).status).toBe(200);
  });

  test('revokes the new tokens too with revokeFamilyOnReuse', async () => {
    const emulator = await emulate({ revokeFamilyOnReuse: true });
    const { refreshToken } = await tokensOf(emulator);
    const { access_token: accessToken, refresh_token: second } = (await refresh(emulator, refreshToken)).fields();
    await refresh(emulator, refreshToken);
    expect((await refresh(emulator, textOf(second))).status).toBe(401);
    expect((await call(emulator, 'auth', '/v2/userinfo', textOf(accessToken))).status).toBe(401);
  });

  test('accepts a consumed token during refreshReuseGraceSeconds', async () => {
    const emulator = await emulate({ refreshReuseGraceSeconds: 300 });
    emulator.clock.freeze();
    const { refreshToken } = await tokensOf(emulator);
    await refresh(emulator, refreshToken);
    emulator.clock.advance(299_999);
    expect((await refresh(emulator, refreshToken)).status).toBe(200);
    emulator.clock.advance(1);
    expect((await refresh(emulator, refreshToken)).status).toBe(401);
  });

  test('keeps the refresh token without rotation', async () => {
    const emulator = await emulate({ rotateRefreshTokens: false });
    const { refreshToken } = await tokensOf(emulator);
    expect((await refresh(emulator, refreshToken)).fields()['refresh_token']).toBe(refreshToken);
    expect((await refresh(emulator, refreshToken)).status).toBe(200);
  });

  test('expires 30 days after its issue, and each rotation issues a new one', async () => {
    const emulator = await emulate();
    const { refreshToken } = await tokensOf(emulator);
    emulator.clock.advance(29 * DAY_MS);
    const second = textOf((await refresh(emulator, refreshToken)).fields()['refresh_token']);
    emulator.clock.advance(29 * DAY_MS);
    const third = textOf((await refresh(emulator, second)).fields()['refresh_token']);
    emulator.clock.advance(30 * DAY_MS);
    expect((await refresh(emulator, third)).status).toBe(401);
  });

  test('changes to the business unit of account_id, and stays there', async () => {
    const emulator = await emulate();
    const { refreshToken } = await tokensOf(emulator);
    const moved = (await refresh(emulator, refreshToken, { account_id: 510_001_102 })).fields();
    const next = (await refresh(emulator, textOf(moved['refresh_token']))).fields();
    const context = await call(emulator, 'rest', '/platform/v1/tokenContext', textOf(next['access_token']));
    expect(context.fields()).toMatchObject({ organization: { id: 510_001_102 } });
  });

  test('is not consumed by an account_id that is refused', async () => {
    const emulator = await emulate();
    const { refreshToken } = await tokensOf(emulator);
    expect((await refresh(emulator, refreshToken, { account_id: 1 })).status).toBe(401);
    expect((await refresh(emulator, refreshToken)).status).toBe(200);
  });

  test('can reduce its scopes but not extend them again', async () => {
    const emulator = await emulate();
    const { refreshToken } = await tokensOf(emulator, { scope: 'offline email_read journeys_read' });
    const narrow = (await refresh(emulator, refreshToken, { scope: 'offline email_read' })).fields();
    expect(narrow['scope']).toBe('offline email_read');
    const wide = await refresh(emulator, textOf(narrow['refresh_token']), { scope: 'journeys_read' });
    expect(wide.fields()).toMatchObject({ error: 'invalid_scope' });
  });

  test('loses the scopes that the integration has lost', async () => {
    const emulator = await emulate();
    const { refreshToken } = await tokensOf(emulator, { scope: 'offline email_read journeys_read' });
    emulator.world.change('web', { scopes: ['offline', 'email_read'] });
    expect((await refresh(emulator, refreshToken)).fields()['scope']).toBe('offline email_read');
  });

  test('ignores a redirect_uri', async () => {
    const emulator = await emulate();
    const { refreshToken } = await tokensOf(emulator);
    expect((await refresh(emulator, refreshToken, { redirect_uri: 'https://x.example' })).status).toBe(200);
  });

  test('belongs to one client', async () => {
    const emulator = await emulate();
    const { refreshToken } = await tokensOf(emulator);
    const request = { grant_type: 'refresh_token', refresh_token: refreshToken };
    expect((await token(emulator, request, { app: 'public' })).status).toBe(401);
  });

  test('is refused as deadRefreshToken says', async () => {
    const emulator = await emulate({ deadRefreshToken: { status: 400, error: 'invalid_grant' } });
    const answer = await refresh(emulator, 'never-issued');
    expect({ status: answer.status, error: answer.fields()['error'] }).toEqual({ status: 400, error: 'invalid_grant' });
  });
});

describe('a sign-out of Marketing Cloud', () => {
  test('revokes tokens without offline and keeps those with it', async () => {
    const emulator = await emulate();
    const dying = await tokensOf(emulator, { scope: 'email_read' });
    const lasting = await tokensOf(emulator, { scope: 'offline email_read' });
    expect(emulator.signOut('maya.lind')).toBe(2);
    expect((await call(emulator, 'auth', '/v2/userinfo', dying.accessToken)).status).toBe(401);
    expect((await refresh(emulator, dying.refreshToken)).status).toBe(401);
    expect((await call(emulator, 'auth', '/v2/userinfo', lasting.accessToken)).status).toBe(200);
    expect((await refresh(emulator, lasting.refreshToken)).status).toBe(200);
  });

  test('does not affect other users', async () => {
    const emulator = await emulate();
    const { refreshToken } = await tokensOf(emulator, { user: 'ravi.menon', scope: 'email_read' });
    emulator.signOut('maya.lind');
    expect((await refresh(emulator, refreshToken)).status).toBe(200);
  });
});
