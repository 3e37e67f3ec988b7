import { describe, expect, jest, test } from '@jest/globals';
import { call, emulate, refresh, send, tokensOf } from './harness';

jest.doMock('express', () => jest.requireActual('express4'));

describe('on Express 4', () => {
  test('loads Express 4', async () => {
    const { default: express } = await import('express');
    expect(express()).toHaveProperty('lazyrouter');
  });

  test('signs in, exchanges, refreshes and calls', async () => {
    const emulator = await emulate();
    const { accessToken, refreshToken } = await tokensOf(emulator, { scope: 'offline documents_and_images_read' });
    expect((await call(emulator, 'auth', '/v2/userinfo', accessToken)).status).toBe(200);
    expect((await call(emulator, 'rest', '/asset/v1/content/assets', accessToken)).status).toBe(200);
    expect((await call(emulator, 'rest', '/platform/v1/endpoints/soap', accessToken)).status).toBe(200);
    expect((await refresh(emulator, refreshToken)).status).toBe(200);
    expect((await refresh(emulator, refreshToken)).status).toBe(401);
  });

  test('plays faults', async () => {
    const emulator = await emulate();
    emulator.fault('userinfo', { headers: { 'x-more': 'yes' } });
    const answer = await call(emulator, 'auth', '/v2/userinfo');
    expect([answer.status, answer.headers.get('x-more'), answer.headers.get('x-powered-by')]).toEqual([
      400,
      'yes',
      null,
    ]);
  });

  test('answers a body that is too large with 413', async () => {
    const emulator = await emulate();
    const url = `${emulator.baseUrl('auth')}/v2/token`;
    expect((await send(url, { method: 'POST', body: 'x'.repeat(3_000_000) })).status).toBe(413);
  });
});
