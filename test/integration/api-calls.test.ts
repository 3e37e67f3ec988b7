import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { Agent } from 'undici';
import { ApiError, type MarketingCloud, type StrategyOptions } from '../../src';
import { knownFaults, type Emulator, type Fault } from '../../src/emulator';
import { heldClock } from '../support/clock';
import { grantedAt } from '../support/granted';
import { emulate } from '../support/scene';
import { openSink } from '../support/sink';

const CONTEXT = '/platform/v1/tokenContext';
const SUPPRESSIONS = '/hub/v1/dataevents/key:Suppressions/rowset';
const ROWS = [{ keys: { emailaddress: 'a@example.com' }, values: { reason: 'asked' } }];
type RequestBody = NonNullable<RequestInit['body']>;

const LIMITED: Fault = { status: 429, headers: { 'Retry-After': '1' }, body: {} };

/** A grant at an emulator of its own. */
async function granted(
  strategy: Partial<StrategyOptions> = {},
): Promise<{ emulator: Emulator; grant: MarketingCloud; dispatched: () => number }> {
  const emulator = await emulate();
  const scope = ['offline', 'data_extensions_read', 'data_extensions_write', 'documents_and_images_read'];
  const { grant } = await grantedAt(emulator, { strategy: { scope, ...strategy } });
  return { emulator, grant, dispatched: () => emulator.requests.length };
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** A dispatcher that reports each answer, just after it has handed it on. */
function watching(onStatus: (status: number) => void): NonNullable<StrategyOptions['dispatcher']> {
  const agent = new Agent();
  return {
    request: async (options) => {
      const answer = await agent.request(options);
      setImmediate(() => onStatus(answer.statusCode));
      return answer;
    },
  };
}

describe('a token that an API refuses', () => {
  test('is replaced once for a hundred calls at once, and each is made again with the new one', async () => {
    const { emulator, grant } = await granted();
    emulator.expireAccessTokens();
    const answers = await Promise.all(times(100, () => grant.rest.get(CONTEXT)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(emulator.requestsTo('token')).toHaveLength(1);
    const { accessToken } = await grant.credentials();
    const repeats = emulator.requestsTo('tokenContext').filter(({ status }) => status === 202);
    expect(repeats.map(({ headers }) => headers['authorization'])).toEqual(times(100, () => `Bearer ${accessToken}`));
  });

  test('is replaced no second time by calls that learn of it late', async () => {
    // A hundred held answers take a hundred connections.
    const { emulator, grant } = await granted({ dispatcher: new Agent() });
    emulator.expireAccessTokens();
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => (release = resolve));
    emulator.fault('tokenContext', { until, timing: 'after', times: 100 });
    const late = times(100, () => grant.rest.get(CONTEXT));
    await emulator.requests.waitFor('tokenContext', 100);
    await grant.rest.get('/asset/v1/content/assets');
    expect(emulator.requestsTo('token')).toHaveLength(1);
    release();
    await Promise.all(late);
    expect(emulator.requestsTo('tokenContext').filter(({ status }) => status === 401)).toHaveLength(100);
    expect(emulator.requestsTo('token')).toHaveLength(1);
  });

  test.each([
    ['rest', async ({ rest }: MarketingCloud) => expect(await rest.post(SUPPRESSIONS, { body: ROWS })).toEqual(ROWS)],
    [
      'fetch',
      async ({ fetch }: MarketingCloud) => {
        const headers = { 'Content-Type': 'application/json' };
        const answer = await fetch(SUPPRESSIONS, { method: 'post', headers, body: JSON.stringify(ROWS) });
        expect([answer.status, await answer.json()]).toEqual([200, ROWS]);
      },
    ],
  ])('repeats a POST of %s with the same body', async (_name, call) => {
    const { emulator, grant } = await granted();
    emulator.expireAccessTokens();
    await call(grant);
    const posts = emulator.requestsTo('rest').filter(({ method }) => method === 'POST');
    expect(posts.map(({ status, rawBody }) => [status, rawBody])).toEqual(
      [401, 200].map((status) => [status, JSON.stringify(ROWS)]),
    );
  });

  test.each([
    ['web', (text: string) => new Blob([text]).stream()],
    ['Node', (text: string) => Readable.from([text])],
  ])('has no %s stream sent again, and the next call uses another token', async (_kind, streamOf) => {
    const { emulator, grant } = await granted();
    emulator.expireAccessTokens();
    const body = JSON.stringify(ROWS);
    const send = (): Promise<Response> =>
      grant.fetch(SUPPRESSIONS, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: streamOf(body) as unknown as RequestBody,
      });
    expect((await send()).status).toBe(401);
    expect(emulator.requestsTo('rest').map(({ rawBody }) => rawBody)).toEqual([body]);
    await emulator.requests.waitFor('token');
    expect(await grant.rest.get(CONTEXT)).toHaveProperty('organization');
    expect((await send()).status).toBe(200);
    expect(emulator.requestsTo('token')).toHaveLength(1);
  });

  test('is refused again after the repeat: an error, without a second refresh', async () => {
    const { emulator, grant } = await granted();
    emulator.expireAccessTokens();
    emulator.fault('tokenContext', knownFaults.notAuthorized);
    const error = await grant.rest.get(CONTEXT).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'api_error', status: 502, errorcode: 0, response: { status: 401 } });
    expect((await grant.fetch(CONTEXT)).status).toBe(401);
    expect(emulator.requestsTo('tokenContext')).toHaveLength(3);
    expect(emulator.requestsTo('token')).toHaveLength(1);
  });

  test('is replaced after a wait, too', async () => {
    const { emulator, grant } = await granted();
    emulator.fault('tokenContext', { ...LIMITED, status: 503, times: 1 });
    emulator.expireAccessTokens();
    expect(await grant.rest.get(CONTEXT)).toHaveProperty('organization');
    expect(emulator.requestsTo('tokenContext').map(({ status }) => status)).toEqual([503, 401, 202]);
  });
});

describe('a limit', () => {
  test('has a call made again after Retry-After, twice at most', async () => {
    const { emulator, grant } = await granted();
    const passing = { ...LIMITED, times: 1 };
    emulator.fault('tokenContext', passing);
    emulator.fault('assets', LIMITED);
    const [context, refused] = await Promise.all([
      grant.rest.get(CONTEXT),
      grant.rest.get('/asset/v1/content/assets').catch((error: unknown) => error),
    ]);
    expect(context).toHaveProperty('organization');
    expect(emulator.requestsTo('tokenContext')).toHaveLength(2);
    expect(refused).toMatchObject({
      code: 'api_error',
      status: 503,
      retryAfter: 1,
      headers: { 'Retry-After': '1' },
      response: { status: 429 },
    });
    expect(emulator.requestsTo('assets')).toHaveLength(3);
  });

  test('that ends at once has the call made again at once', async () => {
    const { emulator, grant } = await granted();
    emulator.fault('tokenContext', { ...LIMITED, headers: { 'Retry-After': '0' }, times: 2 });
    expect(await grant.rest.get(CONTEXT)).toHaveProperty('organization');
    expect(emulator.requestsTo('tokenContext')).toHaveLength(3);
  });

  test.each<[string, Fault, 'get' | 'post' | 'patch', object]>([
    ['without Retry-After', knownFaults.temporarilyBlocked, 'get', { status: 503, errorcode: 50_200 }],
    ['for longer than ten seconds', { ...LIMITED, headers: { 'Retry-After': '11' } }, 'get', { retryAfter: 11 }],
    ['of a POST', knownFaults.rateLimited, 'post', { status: 503, retryAfter: 5, errorcode: 50_100 }],
    ['of a PATCH', knownFaults.unavailable, 'patch', { status: 503, retryAfter: 5, response: { status: 503 } }],
    ['with another status', { ...LIMITED, status: 500 }, 'get', { status: 502, response: { status: 500 } }],
  ])('%s is an error at once', async (_kind, fault, method, expected) => {
    const { emulator, grant } = await granted();
    emulator.fault('rest', fault);
    await expect(grant.rest[method](SUPPRESSIONS)).rejects.toMatchObject({ code: 'api_error', ...expected });
    expect(emulator.requestsTo('rest')).toHaveLength(1);
  });

  test('of a stream is not waited for', async () => {
    const { emulator, grant } = await granted();
    emulator.fault('rest', LIMITED);
    const body = Readable.from(['[]']) as unknown as RequestBody;
    expect((await grant.fetch(SUPPRESSIONS, { method: 'PUT', body })).status).toBe(429);
    expect(emulator.requestsTo('rest')).toHaveLength(1);
  });

  test.each([
    ['rest', (grant: MarketingCloud, signal: AbortSignal) => grant.rest.get(CONTEXT, { signal })],
    ['fetch', (grant: MarketingCloud, signal: AbortSignal) => grant.fetch(CONTEXT, { signal })],
  ])('is not waited for any longer once the signal of %s is aborted', async (_name, call) => {
    const stop = new AbortController();
    const reason = new Error('changed my mind');
    const dispatcher = watching((status) => {
      if (status === 429) stop.abort(reason);
    });
    const { emulator, grant } = await granted({ dispatcher });
    emulator.fault('rest', { ...LIMITED, headers: { 'Retry-After': '10' } });
    await expect(call(grant, stop.signal)).rejects.toBe(reason);
    expect(emulator.requestsTo('rest')).toHaveLength(1);
    await expect(call(grant, stop.signal)).rejects.toBe(reason);
    expect(emulator.requestsTo('rest')).toHaveLength(1);
  });
});

test('an abort does not wait for the refresh that others need', async () => {
  const { emulator, grant } = await granted();
  let release = (): void => undefined;
  emulator.fault('token', { until: new Promise<void>((resolve) => (release = resolve)), times: 1 });
  emulator.expireAccessTokens();
  const stop = new AbortController();
  const other = grant.rest.get(CONTEXT);
  const ours = grant.rest.get(CONTEXT, { signal: stop.signal });
  await emulator.requests.waitFor('token');
  stop.abort();
  await expect(ours).rejects.toMatchObject({ name: 'AbortError' });
  release();
  expect(await other).toHaveProperty('organization');
  expect(emulator.requestsTo('token')).toHaveLength(1);
});

test('an abort at the moment of a refusal starts no refresh without a waiter', async () => {
  const stop = new AbortController();
  const agent = new Agent();
  const emulator = await emulate();
  const { app, grant } = await grantedAt(emulator, {
    strategy: {
      dispatcher: {
        request: async (options) => {
          const answer = await agent.request(options);
          if (answer.statusCode === 401) stop.abort();
          return answer;
        },
      },
    },
  });
  emulator.fault('token', { status: 500, body: {} });
  emulator.expireAccessTokens();
  await expect(grant.rest.get(CONTEXT, { signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' });
  // By now a refresh would be under way.
  await grant.credentials();
  await app.strategy.close();
  expect(emulator.requestsTo('token')).toHaveLength(0);
});

test.each(['//evil.example/x', 'https://evil.example/x', '/../soap/Service.asmx', 'asset', ''])(
  'the path %j is refused before anything is sent',
  async (path) => {
    const { grant, dispatched } = await granted();
    await expect(grant.rest.get(path)).rejects.toThrow(TypeError);
    await expect(grant.rest.pages(path)[Symbol.asyncIterator]().next()).rejects.toThrow(TypeError);
    await expect(grant.fetch(path)).rejects.toThrow(TypeError);
    expect(dispatched()).toBe(0);
  },
);

test('fetch takes an absolute URL under either base, and rest none', async () => {
  const { emulator, grant } = await granted();
  const { restBaseUrl, soapBaseUrl } = await grant.credentials();
  expect((await grant.fetch(`${restBaseUrl}${CONTEXT}`)).status).toBe(202);
  expect((await grant.fetch(`${soapBaseUrl}/etframework.wsdl`)).status).toBe(200);
  expect(emulator.requestsTo('soap')).toHaveLength(1);
  await expect(grant.rest.get(`${soapBaseUrl}/etframework.wsdl`)).rejects.toThrow(TypeError);
});

test.each([301, 302, 303, 307, 308])('a %i is not followed', async (status) => {
  const sink = await openSink();
  const { emulator, grant } = await granted();
  emulator.fault('rest', { status, headers: { Location: `${sink.url}/elsewhere` } });
  await expect(grant.rest.get(CONTEXT)).rejects.toMatchObject({ code: 'api_error', response: { status } });
  const answer = await grant.fetch(CONTEXT, { method: 'POST', body: 'x', redirect: 'follow' });
  expect([answer.status, answer.headers.get('location')]).toEqual([status, `${sink.url}/elsewhere`]);
  expect([emulator.requestsTo('rest').length, sink.connections]).toEqual([2, 0]);
  await sink.close();
});

test('headers of the caller go out, but for those that are ours', async () => {
  const { emulator, grant } = await granted();
  const headers = {
    Authorization: 'Bearer x',
    Host: 'evil.example',
    'Content-Length': '7',
    'X-Trace': 'of the caller',
  };
  await grant.rest.get(CONTEXT, { headers });
  await grant.fetch(CONTEXT, { headers });
  const { accessToken } = await grant.credentials();
  for (const { headers: sent } of emulator.requestsTo('tokenContext')) {
    expect(sent).toMatchObject({
      authorization: `Bearer ${accessToken}`,
      host: new URL(emulator.url).host,
      'x-trace': 'of the caller',
    });
    expect(sent).not.toHaveProperty('content-length');
  }
  await expect(grant.rest.get(CONTEXT, { headers: { 'X-Trace': 'a\r\nHost: evil' } })).rejects.toMatchObject({
    name: 'TypeError',
  });
});

test('an error of the API carries its status and number, and no word of the server', async () => {
  const { emulator, grant } = await granted();
  emulator.fault('assets', {
    status: 403,
    body: { message: 'CANARY', errorcode: 20_002, documentation: '' },
    times: 1,
  });
  const refused = await grant.rest.get('/asset/v1/content/assets').catch((error: unknown) => error);
  expect(refused).toMatchObject({ name: 'ApiError', status: 502, errorcode: 20_002, response: { status: 403 } });
  expect(String((refused as Error).stack)).not.toContain('CANARY');
  emulator.fault('assets', { ...knownFaults.serviceNotFound, times: 1 });
  const unknown = await grant.rest.get('/asset/v1/content/assets').catch((error: unknown) => error);
  expect(unknown).toMatchObject({ response: { status: 596 }, errorcode: undefined });
  expect(emulator.requestsTo('token')).toHaveLength(0);
});

test('an answer without content is undefined, and one that is no JSON is an error', async () => {
  const { emulator, grant } = await granted();
  emulator.fault('rest', { status: 204, times: 1 });
  expect(await grant.rest.delete('/asset/v1/content/assets/1')).toBeUndefined();
  emulator.fault('rest', { body: '<html>', times: 1 });
  await expect(grant.rest.get(CONTEXT)).rejects.toMatchObject({ code: 'invalid_response', status: 502 });
});

test('a refresh that fails after a 401 is the error of the call, and the grant stays', async () => {
  const clock = heldClock();
  const { emulator, grant } = await granted({ clock: clock.now });
  clock.advance(60_000);
  emulator.expireAccessTokens();
  const outage = emulator.fault('token', { status: 500, body: {} });
  await expect(grant.rest.get(CONTEXT)).rejects.toMatchObject({ code: 'upstream_unavailable', status: 503 });
  outage.remove();
  clock.advance(15_000);
  expect(await grant.rest.get(CONTEXT)).toHaveProperty('organization');
});
