import { describe, expect, test } from '@jest/globals';
import { knownFaults, type Emulator, type EmulatorOptions } from '../../src/emulator/index';
import { call, emulate, refresh, send, tokensOf, type Answer } from '../unit/emulator/harness';

const QUERIES = '/automation/v1/queries';
const ASSETS = '/asset/v1/content/assets';

/** A signed-in caller of the REST host. */
async function signedIn(
  options?: EmulatorOptions,
): Promise<{ emulator: Emulator; accessToken: string; get: (path: string) => Promise<Answer> }> {
  const emulator = await emulate(options);
  const { accessToken } = await tokensOf(emulator);
  return { emulator, accessToken, get: async (path) => call(emulator, 'rest', path, accessToken) };
}

describe('case R1: any REST route', () => {
  const json = 'application/json; charset=utf-8';
  const plain = 'text/plain; charset=utf-8';

  test.each([
    ['okText', 200, plain, /^OK$/],
    ['okAsJson', 200, json, /^OK$/],
    ['okJsonString', 200, json, /^"OK"$/],
    ['guidText', 200, plain, /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/],
    ['guidAsJson', 200, json, /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/],
    ['sentenceText', 200, plain, /^Your request .*\.$/],
    ['sentenceAsJson', 200, json, /^Your request .*\.$/],
    ['emptyOk', 200, null, /^$/],
    ['emptyJson', 200, json, /^$/],
    ['accepted', 202, null, /^$/],
    ['htmlPage', 200, 'text/html; charset=utf-8', /^<!DOCTYPE html>/],
  ] as const)('answers %s with %i and %s', async (name, status, type, body) => {
    const { emulator, get } = await signedIn();
    emulator.fault('rest', knownFaults[name]);
    for (const path of [QUERIES, ASSETS]) {
      const answer = await get(path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type]);
      expect(answer.text).toMatch(body);
    }
  });

  test.each(['okText', 'okAsJson', 'emptyOk', 'accepted'] as const)('has carried out what %s answers', async (name) => {
    const { emulator, accessToken, get } = await signedIn();
    emulator.fault('assets', { ...knownFaults[name], times: 1 });
    await send(`${emulator.baseUrl('rest')}${ASSETS}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Made once', assetType: { id: 197 } }),
    });
    expect((await get(`${ASSETS}?$filter=${encodeURIComponent('name eq "Made once"')}`)).fields()).toMatchObject({
      count: 1,
    });
  });

  test('starts a query activity with "OK"', async () => {
    const { emulator, accessToken, get } = await signedIn();
    const { items } = (await get(QUERIES)).fields() as { items: { queryDefinitionId: string }[] };
    const answer = await send(
      `${emulator.baseUrl('rest')}${QUERIES}/${items[0]?.queryDefinitionId ?? ''}/actions/start/`,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
        body: '{}',
      },
    );
    expect([answer.status, answer.json()]).toEqual([200, 'OK']);
  });
});

describe('case R2: any REST route', () => {
  const text = expect.any(String);
  const whole = { message: text, documentation: text };

  test.each([
    ['validationErrors', 400, { ...whole, errorcode: 10_006, validationErrors: [{ message: text, field: text }, {}] }],
    ['additionalErrors', 400, { ...whole, errorcode: 10_006, additionalErrors: [{ ...whole, errorcode: 10_000 }] }],
    ['errorStrings', 400, { errors: [text, text] }],
    ['errorObjects', 400, { errors: [{ message: text }] }],
    ['capitalNames', 400, { Message: text, ErrorCode: 10_001, Documentation: text }],
    ['joinedMessages', 400, { ...whole, message: expect.stringContaining('<br />'), errorcode: 10_000 }],
    ['resultMessages', 200, { resultMessages: [{ resultType: 'Error', message: text }] }],
    ['errorcodeOnly', 500, { errorcode: 500 }],
  ] as const)('refuses in the dialect %s with %i', async (name, status, body) => {
    const { emulator, get } = await signedIn();
    emulator.fault('rest', knownFaults[name]);
    for (const path of [QUERIES, ASSETS]) {
      const answer = await get(path);
      expect(answer.status).toBe(status);
      expect(answer.json()).toMatchObject(body);
    }
    expect(JSON.stringify(knownFaults.errorcodeOnly.body)).toBe('{"errorcode":500}');
  });
});

describe('case R3: a 401 that stays', () => {
  test('is also the answer to new tokens, on its endpoint only', async () => {
    const { emulator, get } = await signedIn();
    emulator.fault('assets', knownFaults.notAuthorized);
    const { refreshToken } = await tokensOf(emulator);
    const fresh = (await refresh(emulator, refreshToken)).fields();
    for (const token of [String(fresh['access_token']), (await tokensOf(emulator)).accessToken]) {
      expect((await call(emulator, 'rest', ASSETS, token)).status).toBe(401);
      expect((await call(emulator, 'rest', QUERIES, token)).status).toBe(200);
    }
    emulator.clearFaults();
    expect((await get(ASSETS)).status).toBe(200);
  });
});

describe('the options for lists', () => {
  test('change the lists of an emulator', async () => {
    const { get } = await signedIn({
      listDialects: { [QUERIES]: 'capitals' },
      lastPageSize: 'received',
      legacySkip: 'rows',
      legacyTotalResults: 'larger',
    });
    expect((await get(`${QUERIES}?$pageSize=9&$page=2`)).fields()).toMatchObject({ Count: 12, Page: 2, PageSize: 3 });
    expect((await get('/legacy/v1/beta2/data/campaign?$skip=63')).fields()).toMatchObject({
      startIndex: 63,
      totalResults: 67,
      entry: [{}],
    });
  });

  test.each<[EmulatorOptions, string]>([
    [
      JSON.parse('{"listDialects":{"/asset":"items"}}'),
      'listDialects names /asset, which is not a list; the lists are ',
    ],
    [JSON.parse('{"listDialects":{"/hub/v1/campaigns":"xml"}}'), 'listDialects["/hub/v1/campaigns"] must be one of '],
    [JSON.parse('{"lastPageSize":"all"}'), "lastPageSize must be one of 'requested', 'received'"],
    [JSON.parse('{"tokenContextStatus":201}'), 'tokenContextStatus must be 200 or 202'],
  ])('refuse %j with a TypeError that names the fix', async (options, message) => {
    await expect(emulate(options)).rejects.toThrow(`startEmulator: ${message}`);
  });
});

describe('tokenContext', () => {
  test.each([
    [undefined, 202],
    [202, 202],
    [200, 200],
  ] as const)('with the option %s answers %i', async (tokenContextStatus, status) => {
    const { get } = await signedIn({ tokenContextStatus });
    const answer = await get('/platform/v1/tokenContext');
    expect([answer.status, answer.fields()['enterprise']]).toEqual([status, { id: 510_001_000 }]);
  });
});
