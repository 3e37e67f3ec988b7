import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import type { StrategyOptions } from '../../src';
import { sdkFor } from '../../src/sfmc-sdk';
import { heldClock } from '../support/clock';
import { grantedAt } from '../support/granted';
import { emulate } from '../support/scene';

interface Session {
  readonly rest_instance_url: string;
  readonly soap_instance_url: string;
  readonly access_token: string;
}

interface Options {
  requestAttempts: number;
  readonly retryOnConnectionError: boolean;
}

class Auth {
  constructor(
    public authObject: Session & Record<string, unknown>,
    readonly options: Options,
  ) {}

  getAccessToken(): Promise<unknown> {
    return Promise.reject(new Error(`would ask for a token as ${String(this.authObject['client_id'])}`));
  }
}

/** Calls as sfmc-sdk 3 does: by `fetch`, a URL within a base URL, and with attempts that it counts down in its options. */
class Rest {
  constructor(
    readonly auth: Auth,
    readonly options: Options,
  ) {}

  get(url: string): Promise<unknown> {
    return this._apiRequest({ url });
  }

  async _apiRequest(request: { readonly url: string }): Promise<unknown> {
    await (this.auth as { getAccessToken(force?: boolean): Promise<unknown> }).getAccessToken();
    const { rest_instance_url: base, access_token: token } = this.auth.authObject;
    const answer = await fetch(new URL(request.url, base), { headers: { authorization: `Bearer ${token}` } });
    if (answer.status === 401 && this.options.requestAttempts > 0) {
      await (this.auth as { getAccessToken(force?: boolean): Promise<unknown> }).getAccessToken(true);
      this.options.requestAttempts = 1;
      return await this._apiRequest(request);
    }
    return await answer.json();
  }
}

class Sdk {
  readonly auth: Auth;
  readonly rest: Rest;
  readonly soap: Rest;

  constructor(authObject: Session & Record<string, unknown>, options: Options) {
    this.auth = new Auth(authObject, options);
    this.rest = new Rest(this.auth, options);
    this.soap = new Rest(this.auth, options);
  }
}

const CONTEXT = '/platform/v1/tokenContext';

async function sdk(options: Parameters<typeof sdkFor>[2] = {}, strategy: Partial<StrategyOptions> = {}) {
  const emulator = await emulate();
  const { grant } = await grantedAt(emulator, { strategy });
  return { emulator, grant, sdk: sdkFor(Sdk, grant, options) };
}

test('a class of the shape of version 3 is served by path too, and counts its attempts for each call anew', async () => {
  const clock = heldClock();
  const { emulator, grant, sdk: theirs } = await sdk({}, { clock: clock.now });
  for (const _round of [1, 2, 3]) {
    // An hour later the token has been refreshed in the usual way, and is old enough to be the reason for a 401.
    clock.advance(3_600_000);
    await grant.credentials();
    clock.advance(60_000);
    emulator.expireAccessTokens();
    expect(await theirs.rest.get(CONTEXT)).toHaveProperty('organization');
  }
  expect(emulator.requestsTo('tokenContext').map(({ status }) => status)).toEqual([401, 202, 401, 202, 401, 202]);
  expect(emulator.requestsTo('token')).toHaveLength(6);
  expect(theirs.rest.options.requestAttempts).toBe(2);
});

test('a class that repeats without end gets one new token per call', async () => {
  const { emulator, sdk: theirs } = await sdk();
  emulator.expireAccessTokens();
  emulator.fault('tokenContext', { status: 401, body: {} });
  await expect(theirs.rest.get(CONTEXT)).rejects.toMatchObject({ code: 'api_error', response: { status: 401 } });
  expect([emulator.requestsTo('tokenContext').length, emulator.requestsTo('token').length]).toEqual([2, 1]);
});

test('the session that is asked for by hand is fresh, and another one when that is forced', async () => {
  const { grant, sdk: theirs } = await sdk();
  const auth = theirs.auth as unknown as { getAccessToken(force?: boolean): Promise<Session> };
  const { accessToken } = await grant.credentials();
  expect((await auth.getAccessToken()).access_token).toBe(accessToken);
  const forced = await auth.getAccessToken(true);
  expect(forced.access_token).not.toBe(accessToken);
  expect(forced.access_token).toBe((await grant.credentials()).accessToken);
  expect(inspect(theirs, { depth: 9, showHidden: true })).not.toContain(forced.access_token);
});

test('options are the app’s, its object is left as it is, and repeats on a broken connection are off', async () => {
  const handlers = { onLoop: () => undefined };
  const options = Object.freeze({ eventHandlers: handlers });
  const { sdk: theirs } = await sdk(options);
  expect(theirs.rest.options).toEqual({ eventHandlers: handlers, requestAttempts: 2, retryOnConnectionError: false });
  const { sdk: other } = await sdk({ requestAttempts: 5, retryOnConnectionError: true });
  expect(other.rest.options).toEqual({ requestAttempts: 5, retryOnConnectionError: true });
});

test('an invalid connection and an invalid class are errors that say so', async () => {
  const { grant } = await sdk();
  for (const none of [undefined, null, {}, { credentials: () => grant.credentials() }, 'id']) {
    expect(() => sdkFor(Sdk, none as never)).toThrow(/needs req\.marketingCloud or strategy\.grant\(id\)/);
  }
  for (const none of [undefined, { default: Sdk }, 'sfmc-sdk']) {
    expect(() => sdkFor(none as never, grant)).toThrow(/import SDK from 'sfmc-sdk'/);
  }
  for (const Other of [Date, Auth]) {
    expect(() => sdkFor(Other as never, grant)).toThrow(/the class of sfmc-sdk 2 or 3/);
  }
});
