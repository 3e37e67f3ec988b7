import { inspect } from 'node:util';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { ApiError, type MarketingCloud } from '../../src';
import type { Emulator, Fault } from '../../src/emulator';
import { grantedAt } from '../support/granted';
import { emulate } from '../support/scene';

const PATH = '/asset/v1/content/assets';
const GUID = '3f2504e0-4f89-11d3-9a0c-0305e82c3301';
const TEXT = { 'content-type': 'text/plain; charset=utf-8' };

async function granted(): Promise<{ emulator: Emulator; grant: MarketingCloud }> {
  const emulator = await emulate();
  return { emulator, grant: (await grantedAt(emulator)).grant };
}

async function errorOf(grant: MarketingCloud, path = PATH): Promise<ApiError> {
  const error: unknown = await grant.rest.get(path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe('a 2xx answer', () => {
  test.each<[string, Fault, unknown]>([
    ['OK as text', { body: 'OK', headers: TEXT }, 'OK'],
    ['OK under a JSON type', { body: 'OK' }, 'OK'],
    ['OK as JSON', { body: '"OK"' }, 'OK'],
    ['OK as HTML type', { body: 'OK', headers: { 'content-type': 'text/html' } }, 'OK'],
    ['a GUID', { body: GUID, headers: TEXT }, GUID],
    ['a sentence', { status: 201, body: 'The event was accepted.', headers: TEXT }, 'The event was accepted.'],
    ['an empty 200', { status: 200 }, undefined],
    ['an empty 202', { status: 202 }, undefined],
    ['JSON under text/json', { body: '{"id":1}', headers: { 'content-type': 'text/json' } }, { id: 1 }],
    ['JSON behind a byte order mark', { body: '\u{feff}{"id":1}' }, { id: 1 }],
    [
      'result messages under 200',
      { body: { resultMessages: [{ resultClass: 'Error', message: 'no' }] } },
      { resultMessages: [{ resultClass: 'Error', message: 'no' }] },
    ],
  ])('case R1, defect 26: %s is given as it is by rest, pages and fetch', async (_what, fault, expected) => {
    const { emulator, grant } = await granted();
    emulator.fault('rest', fault);
    expect(await grant.rest.post(PATH, { body: {} })).toEqual(expected);
    expect(await grant.rest.pages(PATH)[Symbol.asyncIterator]().next()).toEqual({ done: false, value: expected });
    const text = await (await grant.fetch(PATH)).text();
    expect(text).toBe(typeof fault.body === 'string' ? fault.body.replace('\u{feff}', '') : text);
    expect(emulator.requestsTo('rest')).toHaveLength(3);
  });

  test.each<[string, Fault]>([
    ['under an HTML type', { body: '<p>Sign in</p>', headers: { 'content-type': 'text/html' } }],
    ['under a JSON type', { body: '<!DOCTYPE html><html></html>' }],
    ['behind an XML prolog', { body: '<?xml version="1.0"?>\n<html></html>', headers: TEXT }],
  ])('case R1: HTML %s is no answer of Marketing Cloud', async (_what, fault) => {
    const { emulator, grant } = await granted();
    emulator.fault('rest', fault);
    const error = (await grant.rest.get(PATH).catch((thrown: unknown) => thrown)) as ApiError;
    expect([error.code, error.message]).toEqual([
      'invalid_response',
      `A page of HTML came in place of an answer to GET ${PATH}.`,
    ]);
    expect(error.hint).toContain('login page');
  });
});

describe('an error answer', () => {
  test.each<[string, unknown, number | undefined, string | undefined]>([
    [
      'with validation errors',
      { message: 'Bad.', errorcode: 10_006, validationErrors: [{ message: 'Name is missing.', field: 'name' }] },
      10_006,
      'Bad.; Name is missing.',
    ],
    [
      'with additional errors',
      { message: 'Bad.', errorcode: 7, additionalErrors: [{ message: 'More.' }] },
      7,
      'Bad.; More.',
    ],
    ['with a list of texts', { errors: ['One.', 'Two.'] }, undefined, 'One.; Two.'],
    ['with a list of objects', { errors: [{ message: 'One.', errorcode: 3 }] }, 3, 'One.'],
    ['in capitals', { Message: 'Bad.', ErrorCode: 5, Documentation: '' }, 5, 'Bad.'],
    ['joined by breaks', { message: 'One.<br />Two.', errorcode: 1 }, 1, 'One.; Two.'],
    ['with result messages', { resultMessages: [{ resultCode: 'x', message: 'Gone.' }] }, undefined, 'Gone.'],
    ['with a number only', { errorcode: 500 }, 500, undefined],
    ['with a number as text', { message: 'Bad.', errorcode: '10006' }, 10_006, 'Bad.'],
    ['that would forge a log line', { message: 'a\r\nb' }, undefined, 'a b'],
  ])('case R2: %s says what Marketing Cloud said, out of sight', async (_what, body, errorcode, message) => {
    const { emulator, grant } = await granted();
    emulator.fault('rest', { status: 400, body });
    const error = await errorOf(grant, `${PATH}?$filter=CANARY`);
    expect(error.message).toBe(`Marketing Cloud refused GET ${PATH} (400).`);
    expect([error.errorcode, error.upstreamMessage]).toEqual([errorcode, message]);
    expect(error.details).toEqual(body);
    for (const name of ['details', 'upstreamMessage']) {
      expect(Object.getOwnPropertyDescriptor(error, name)?.enumerable).toBe(false);
    }
    const shown = [JSON.stringify(error), inspect(error, { showHidden: true, depth: 9 }), error.stack].join();
    expect(shown).not.toMatch(/CANARY|Bad\.|One\.|Gone\./);
  });

  test('case R2: a body that is no JSON, or is too long, is kept as text, 64 KB at most', async () => {
    const { emulator, grant } = await granted();
    emulator.fault('rest', { status: 502, body: '<html>Bad gateway</html>', headers: TEXT, times: 1 });
    expect((await errorOf(grant)).details).toBe('<html>Bad gateway</html>');
    emulator.fault('rest', { status: 400, body: { message: 'Long.', more: '"'.repeat(100_000) } });
    const error = await errorOf(grant);
    expect(error.upstreamMessage).toBe('Long.');
    expect(typeof error.details).toBe('string');
    expect(Buffer.byteLength(JSON.stringify(error.details))).toBeLessThanOrEqual(65_536);
  });
});

describe('an encoded answer', () => {
  const json = Buffer.from('{"id":1}');
  test.each<[string, Fault]>([
    ['gzip', { body: gzipSync(json), headers: { 'content-encoding': 'gzip' } }],
    ['deflate with its header', { body: deflateSync(json), headers: { 'content-encoding': 'deflate' } }],
    ['deflate without its header', { body: deflateRawSync(json), headers: { 'content-encoding': 'deflate' } }],
    ['an encoding in capitals', { body: gzipSync(json), headers: { 'content-encoding': 'GZIP' } }],
  ])('defect 26: %s is read', async (_what, fault) => {
    const { emulator, grant } = await granted();
    emulator.fault('rest', fault);
    expect(await grant.rest.get(PATH)).toEqual({ id: 1 });
    const answer = await grant.fetch(PATH);
    expect([answer.headers.get('content-encoding'), await answer.json()]).toEqual([null, { id: 1 }]);
  });

  test.each([200, 202, 204, 304])('defect 27: a %i without a body is not decoded', async (status) => {
    const { emulator, grant } = await granted();
    emulator.fault('rest', { status, headers: { 'content-encoding': 'gzip' } });
    expect(await (await grant.fetch(PATH)).text()).toBe('');
    expect((await grant.fetch(PATH, { method: 'HEAD' })).status).toBe(status);
    const read = await grant.rest.get(PATH).catch((error: unknown) => error);
    if (status < 300) expect(read).toBeUndefined();
    else expect(read).toMatchObject({ code: 'api_error', response: { status } });
  });

  test.each(['gzip', 'deflate', 'br'])(
    '%s that does not decode is an invalid answer, not one that has not come',
    async (coding) => {
      const { emulator, grant } = await granted();
      emulator.fault('rest', { body: 'no such thing', headers: { 'content-encoding': coding } });
      await expect(grant.rest.get(PATH)).rejects.toMatchObject({ code: 'invalid_response', status: 502 });
    },
  );

  test('an unknown encoding is left to the caller of fetch, and no text of rest', async () => {
    const { emulator, grant } = await granted();
    emulator.fault('rest', { body: 'zzz', headers: { 'content-encoding': 'x-own' } });
    const answer = await grant.fetch(PATH);
    expect([answer.headers.get('content-encoding'), await answer.text()]).toEqual(['x-own', 'zzz']);
    await expect(grant.rest.get(PATH)).rejects.toMatchObject({ code: 'invalid_response' });
  });
});

describe('an option', () => {
  const firstPage = ({ rest }: MarketingCloud, options: object): Promise<unknown> => {
    const walk = rest.pages(PATH, options)[Symbol.asyncIterator]();
    return walk.next();
  };
  const payload = { keys: { id: 1 } };
  test.each<[string, (grant: MarketingCloud) => Promise<unknown>, RegExp]>([
    ['a payload', ({ rest }) => rest.post(PATH, payload as never), /keys.*\{ body: payload \}/],
    ['a payload with a query', ({ rest }) => rest.post(PATH, { query: { operator: {} } } as never), /query/],
    ['a typo', ({ rest }) => rest.get(PATH, { quary: {} } as never), /did you mean query\?/],
    ['a body of get', ({ rest }) => rest.get(PATH, { body: {} } as never), /body/],
    ['a form', ({ rest }) => rest.post(PATH, { body: new FormData() }), /fetch\(\)/],
    ['search parameters', ({ rest }) => rest.get(PATH, { query: new URLSearchParams() as never }), /query/],
    ['a typo of pages', (grant) => firstPage(grant, { methd: 'POST' }), /did you mean method\?/],
    ['another method of pages', (grant) => firstPage(grant, { method: 'PUT' }), /method/],
    ['a body of pages by GET', (grant) => firstPage(grant, { body: {} }), /POST/],
    ['a typo of fetch', ({ fetch }) => fetch(PATH, { header: {} } as never), /did you mean headers\?/],
    ['a query of fetch', ({ fetch }) => fetch(PATH, { query: {} } as never), /query/],
    ['a Request', ({ fetch }) => fetch(PATH, new Request('https://x.example/')), /Request/],
  ])('defect 21, defect 24: %s that does not fit is a TypeError, and nothing is sent', async (_what, call, message) => {
    const { emulator, grant } = await granted();
    const error: unknown = await call(grant).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toMatch(message);
    expect(emulator.requests).toHaveLength(0);
  });
});
