import { expect, test } from '@jest/globals';
import { CALLBACK, emulate } from '../support/peers/emulate';
import { PlainStrategy } from '../support/peers/plain-strategy';

/** The part of passport-oauth2-refresh that is used; it has no types. */
interface Refresh {
  readonly use: (name: string, strategy: PlainStrategy) => void;
  readonly requestNewAccessToken: (
    name: string,
    refreshToken: string,
    done: (error: { statusCode?: number } | null, accessToken?: string, refreshToken?: string) => void,
  ) => void;
}

/** The status of a refresh, and the new refresh token. */
interface Refreshed {
  readonly status: number;
  readonly refreshToken?: string | undefined;
}

/** A function that refreshes as the add-on's README says, and the refresh token of a sign-in. */
async function signedIn(): Promise<{ refresh: (token: string) => Promise<Refreshed>; refreshToken: string }> {
  const emulator = await emulate();
  const strategy = new PlainStrategy(emulator);
  const { default: addOn } = (await import('passport-oauth2-refresh')) as { default: Refresh };
  addOn.use('plain', strategy);
  const { clientID } = emulator.strategyOptions();
  const query = new URLSearchParams({ response_type: 'code', client_id: clientID, redirect_uri: CALLBACK });
  const callback = await emulator.signIn(`${emulator.baseUrl('auth')}/v2/authorize?${query.toString()}`);
  const refreshToken = await strategy.exchange(new URL(callback).searchParams.get('code') ?? '');
  const refresh = (token: string): Promise<Refreshed> =>
    new Promise((resolve) => {
      addOn.requestNewAccessToken('plain', token, (error, _accessToken, next) => {
        resolve(error === null ? { status: 200, refreshToken: next } : { status: error.statusCode ?? 0 });
      });
    });
  return { refresh, refreshToken };
}

test('passport-oauth2-refresh refreshes once with a refresh token, and a second time only with the new one', async () => {
  const { refresh, refreshToken } = await signedIn();
  const first = await refresh(refreshToken);
  expect(first.refreshToken).not.toBe(refreshToken);
  expect(await refresh(refreshToken)).toEqual({ status: 401 });
  expect((await refresh(first.refreshToken ?? '')).status).toBe(200);
});

test('passport-oauth2-refresh makes one token call for each of two requests at once, and one of them is refused', async () => {
  const { refresh, refreshToken } = await signedIn();
  const both = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
});
