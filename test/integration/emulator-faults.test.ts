import { describe, expect, test } from '@jest/globals';
import { knownFaults, type Emulator, type Fault } from '../../src/emulator/index';
import {
  call,
  emulate,
  exchange,
  fieldsOf,
  overSocket,
  refresh,
  tokensOf,
  type Answer,
} from '../unit/emulator/harness';

const PATH = '/mcemulator-alpine-outfitters/auth/v2/userinfo';

async function userinfo(emulator: Emulator): Promise<Answer> {
  return call(emulator, 'auth', '/v2/userinfo', 'x');
}

describe('a fault with its own answer', () => {
  test.each<[string, Fault, number, string, string | null]>([
    ['a status alone', { status: 503 }, 503, '', 'application/json; charset=utf-8'],
    ['an object', { body: { a: 1 } }, 200, '{"a":1}', 'application/json; charset=utf-8'],
    ['a string as it is', { body: 'null', status: 400 }, 400, 'null', 'application/json; charset=utf-8'],
    ['bytes', { body: Buffer.from([0x7b, 0x5d]) }, 200, '{]', 'application/json; charset=utf-8'],
    ['headers', { body: '<p>', headers: { 'Content-Type': 'text/html' } }, 200, '<p>', 'text/html'],
    ['a header less', { body: '{}', headers: { 'content-type': undefined } }, 200, '{}', null],
  ])('sends %s', async (_, fault, status, text, type) => {
    const emulator = await emulate();
    emulator.fault('userinfo', fault);
    const answer = await userinfo(emulator);
    expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([status, text, type]);
  });

  test('happens before the endpoint handles the request', async () => {
    const emulator = await emulate();
    const { refreshToken } = await tokensOf(emulator);
    emulator.fault('token', { status: 500, times: 1 });
    expect((await refresh(emulator, refreshToken)).status).toBe(500);
    expect((await refresh(emulator, refreshToken)).status).toBe(200);
  });

  test('happens after the endpoint has handled the request with timing: after', async () => {
    const emulator = await emulate();
    const { refreshToken } = await tokensOf(emulator);
    emulator.fault('token', { status: 502, times: 1, timing: 'after' });
    expect((await refresh(emulator, refreshToken)).status).toBe(502);
    expect((await refresh(emulator, refreshToken)).status).toBe(401);
  });

  test.each([
    ['rateLimited', 429, 50_100, '5'],
    ['temporarilyBlocked', 429, 50_200, null],
    ['unavailable', 503, 50_300, '5'],
    ['internalError', 500, 0, null],
    ['notAuthorized', 401, 0, null],
  ] as const)('says %s in the words that have been seen', async (name, status, errorcode, retryAfter) => {
    const emulator = await emulate();
    emulator.fault('userinfo', knownFaults[name]);
    const answer = await userinfo(emulator);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after')).toBe(retryAfter);
    expect(answer.fields()).toMatchObject({ errorcode, documentation: expect.stringContaining('error-handling') });
  });

  test('can be a redirect', async () => {
    const emulator = await emulate();
    emulator.fault('userinfo', { status: 307, headers: { Location: 'http://127.0.0.1:1/' } });
    const answer = await userinfo(emulator);
    expect([answer.status, answer.headers.get('location')]).toEqual([307, 'http://127.0.0.1:1/']);
  });

  test('can repeat its body many times', async () => {
    const emulator = await emulate();
    emulator.fault('userinfo', { body: 'x'.repeat(1000), repeat: 5000 });
    const answer = await userinfo(emulator);
    expect(answer.text).toHaveLength(5_000_000);
    expect(answer.headers.get('content-length')).toBeNull();
  });
});

describe('a fault that changes the real answer', () => {
  test('transforms its JSON', async () => {
    const emulator = await emulate();
    emulator.fault('token', {
      transform: (json) => ({ ...fieldsOf(json), expires_in: '1079', refresh_token: undefined }),
    });
    const answer = await exchange(emulator, { scope: 'email_read' });
    expect(answer.fields()).toMatchObject({ expires_in: '1079', scope: 'email_read', token_type: 'Bearer' });
    expect(answer.fields()).not.toHaveProperty('refresh_token');
  });

  test('adds and removes headers', async () => {
    const emulator = await emulate();
    emulator.fault('token', { headers: { 'X-More': ['a', 'b'], 'Cache-Control': undefined } });
    const answer = await exchange(emulator);
    expect(answer.status).toBe(200);
    expect([answer.headers.get('x-more'), answer.headers.get('cache-control')]).toEqual(['a, b', null]);
  });

  test('delays it until a promise resolves', async () => {
    const emulator = await emulate();
    const { refreshToken } = await tokensOf(emulator);
    emulator.requests.clear();
    let release = () => {};
    emulator.fault('token', { until: new Promise<void>((resolve) => (release = resolve)) });
    let isAnswered = false;
    const answer = refresh(emulator, refreshToken).finally(() => (isAnswered = true));
    await emulator.requests.waitFor('token');
    expect(isAnswered).toBe(false);
    release();
    expect((await answer).status).toBe(200);
  });

  test('delays it by a time', async () => {
    const emulator = await emulate();
    emulator.fault('userinfo', { delayMs: 60 });
    const before = performance.now();
    expect((await userinfo(emulator)).status).toBe(401);
    expect(performance.now() - before).toBeGreaterThanOrEqual(55);
  });
});

describe('a connection', () => {
  test('is reset before anything is sent', async () => {
    const emulator = await emulate();
    emulator.fault('userinfo', { drop: 'before-headers' });
    expect(await overSocket(emulator, PATH)).toEqual({ text: '', ending: 'ECONNRESET' });
  });

  test('is reset after the headers', async () => {
    const emulator = await emulate();
    emulator.fault('userinfo', { drop: 'after-headers' });
    const { text, ending } = await overSocket(emulator, PATH);
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*content-length: \d+\r\n[^]*\r\n\r\n$/i);
    expect(ending).toBe('ECONNRESET');
  });

  test('is reset in the middle of the body', async () => {
    const emulator = await emulate();
    emulator.fault('userinfo', { drop: 'mid-body', body: '{"a":"0123456789"}' });
    const { text, ending } = await overSocket(emulator, PATH);
    expect(text).toMatch(/\r\ncontent-length: 18\r\n[^]*\r\n\r\n\{"a":"012$/);
    expect(ending).toBe('ECONNRESET');
  });

  test('is reset in the middle of the body after the sent part has been read, also in a busy process', async () => {
    const emulator = await emulate();
    const block = () => {
      const end = performance.now() + 100;
      while (performance.now() < end);
    };
    emulator.fault('userinfo', {
      drop: 'mid-body',
      // The answer is on its way when this process is blocked, and the client has not had a turn.
      transform: () => {
        setImmediate(block);
        return { a: '0123456789' };
      },
    });
    const { text, ending } = await overSocket(emulator, PATH);
    expect(text).toMatch(/\r\n\r\n\{"a":"012$/);
    expect(ending).toBe('ECONNRESET');
  });

  test('is reset after the refresh has had its effect', async () => {
    const emulator = await emulate();
    const { refreshToken } = await tokensOf(emulator);
    emulator.fault('token', { drop: 'before-headers', timing: 'after', times: 1 });
    await expect(refresh(emulator, refreshToken)).rejects.toThrow('fetch failed');
    expect((await refresh(emulator, refreshToken)).status).toBe(401);
  });

  test('sends the body byte by byte', async () => {
    const emulator = await emulate();
    emulator.fault('userinfo', { body: '{}', drip: { intervalMs: 5 } });
    let chunks: string[] = [];
    await overSocket(emulator, PATH, (text) => {
      chunks = [...chunks, text.slice(text.indexOf('\r\n\r\n') + 4)];
      return text.endsWith('{}');
    });
    expect(chunks).toEqual(['', '{', '{}']);
  });

  test('sends bytes without end with endless', async () => {
    const emulator = await emulate();
    emulator.fault('userinfo', { body: '{}', drip: { intervalMs: 1, endless: true } });
    const { ending } = await overSocket(emulator, PATH, (_, chunks) => chunks > 20);
    expect(ending).toBe('stopped');
  });

  test.each([
    ['before-headers', ''],
    ['after-headers', '\r\n\r\n'],
    ['mid-body', '{"a'],
  ] as const)('stays open and silent %s, until the emulator closes', async (hang, end) => {
    const emulator = await emulate();
    emulator.fault('userinfo', { hang, body: '{"a":1}' });
    const seen = overSocket(emulator, PATH);
    await emulator.requests.waitFor('userinfo');
    expect(await isAnsweredWithin50Ms(emulator)).toBe(false);
    await emulator.close();
    expect((await seen).text.endsWith(end)).toBe(true);
  });

  test('carries raw bytes and is then closed', async () => {
    const emulator = await emulate();
    emulator.fault('userinfo', { raw: 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"short":' });
    const seen = await overSocket(emulator, PATH);
    expect(seen).toEqual({ text: 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"short":', ending: 'end' });
  });
});

async function isAnsweredWithin50Ms(emulator: Emulator): Promise<boolean> {
  const url = `${emulator.baseUrl('auth')}/v2/userinfo`;
  return fetch(url, { signal: AbortSignal.timeout(50) })
    .then((response) => response.text())
    .then(
      () => true,
      () => false,
    );
}

describe('the requests that a fault affects', () => {
  test('faults with times are used in their order, before one without', async () => {
    const emulator = await emulate();
    emulator.fault('userinfo', { status: 500 });
    emulator.fault('userinfo', { status: 502, times: 2 });
    emulator.fault('userinfo', { status: 503, times: 1 });
    const statuses = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await userinfo(emulator)).status);
    expect(statuses).toEqual([502, 502, 503, 500]);
  });

  test('of faults without times the latest is used, until it is removed', async () => {
    const emulator = await emulate();
    const first = emulator.fault('userinfo', { status: 500 });
    const second = emulator.fault('userinfo', { status: 502 });
    expect((await userinfo(emulator)).status).toBe(502);
    second.remove();
    expect((await userinfo(emulator)).status).toBe(500);
    emulator.clearFaults();
    expect((await userinfo(emulator)).status).toBe(401);
    expect([first.hits, second.hits]).toEqual([1, 1]);
  });

  test('can be selected by a condition', async () => {
    const emulator = await emulate();
    const { refreshToken } = await tokensOf(emulator);
    const isRefresh = (body: unknown) => JSON.stringify(body).includes('"refresh_token"');
    emulator.fault('token', { status: 500, when: ({ body }) => isRefresh(body) });
    expect((await refresh(emulator, refreshToken)).status).toBe(500);
    expect((await exchange(emulator)).status).toBe(200);
  });

  test('can be those of the whole REST host, or of one endpoint', async () => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const at = async (path: string) => (await call(emulator, 'rest', path, accessToken)).status;
    emulator.fault('assets', { status: 503, times: 1 });
    expect([await at('/platform/v1/tokenContext'), await at('/asset/v1/content/assets')]).toEqual([202, 503]);
    emulator.fault('rest', { status: 429 });
    expect([await at('/platform/v1/tokenContext'), await at('/asset/v1/content/assets')]).toEqual([429, 429]);
    expect((await userinfo(emulator)).status).toBe(401);
  });

  test.each<[Fault, string]>([
    [JSON.parse('{"statuss":500}'), 'unknown field "statuss"'],
    [{ status: 500, times: 0 }, 'times must be a whole number above 0'],
  ])('a fault such as %j is a TypeError', async (fault, message) => {
    const emulator = await emulate();
    const set = () => emulator.fault('token', fault);
    expect(set).toThrow(TypeError);
    expect(set).toThrow(message);
  });
});
