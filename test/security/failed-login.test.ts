import { expect } from '@jest/globals';
import { attack, comeBack, openLogin, signIn, whoIs, type Scene } from '../support/attack';
import { sessionIdOf } from '../support/session-cookie';
import { UnreliableStore } from '../support/stores';

/** One way for a sign-in to fail; resolves to the answer's status. */
type Failure = (scene: Scene) => Promise<number>;

type Verified = (error?: unknown, user?: unknown) => void;

/** What the app's verify says. */
let verdict: ((profile: object, done: Verified) => void) | undefined;

const store = new UnreliableStore();
const isGrant = (sid: string): boolean => sid.startsWith('mcg_');

/** A callback that answers a sign-in which has begun here. */
function answeredBy(query: string): Failure {
  return async ({ browser }) => {
    const state = (await openLogin(browser)).searchParams.get('state') ?? '';
    return (await browser.get(`/cb?${query.replace('STATE', state)}`)).status;
  };
}

/** A sign-in of another user that is struck at Marketing Cloud. */
function struck(endpoint: 'token' | 'userinfo', fault: Parameters<Scene['emulator']['fault']>[1]): Failure {
  return async ({ emulator, browser }) => {
    const handle = emulator.fault(endpoint, fault);
    const { status } = await signIn(emulator, browser, 'ravi.menon');
    expect(handle.hits).toBe(1);
    handle.remove();
    return status;
  };
}

/** A sign-in of another user that verify has something against. */
function verifiedBy(say: NonNullable<typeof verdict>): Failure {
  return async ({ emulator, browser }) => {
    verdict = say;
    const { status } = await signIn(emulator, browser, 'ravi.menon');
    verdict = undefined;
    return status;
  };
}

/** A sign-in of another user whose callback finds the store failing. */
function stored(failure: NonNullable<UnreliableStore['failure']>): Failure {
  return async ({ emulator, browser }) => {
    const callback = await comeBack(emulator, await openLogin(browser), 'ravi.menon');
    store.failure = failure;
    const { status } = await browser.get(callback);
    store.failure = undefined;
    return status;
  };
}

const FAILURES: Readonly<Record<string, Readonly<Record<string, readonly [number, Failure]>>>> = {
  'in the browser or on the login page': {
    'access denied': [403, answeredBy('error=access_denied&state=STATE')],
    'no licence': [403, answeredBy('error=user_not_licensed&state=STATE')],
    'another error': [502, answeredBy('error=server_error&state=STATE')],
    'an error without state': [403, answeredBy('error=access_denied')],
    'no state': [403, answeredBy('code=x')],
    'a wrong state': [403, answeredBy('code=x&state=wrong')],
    'two codes': [400, answeredBy('code=x&code=y&state=STATE')],
    nothing: [400, answeredBy('state=STATE')],
    'an invalid code': [401, answeredBy('code=x&state=STATE')],
    'another tenant': [403, answeredBy('code=x&state=STATE&tssd=mcother')],
  },
  'at Marketing Cloud': {
    'a dead code': [401, struck('token', { status: 400, body: { error: 'invalid_grant' } })],
    'a wrong secret': [502, struck('token', { status: 401, body: { error: 'invalid_client' } })],
    'a limit': [503, struck('token', { status: 429, body: {} })],
    'an outage': [503, struck('token', { status: 500, body: 'down' })],
    'no JSON': [502, struck('token', { status: 200, body: 'hello' })],
    'a reset': [503, struck('token', { drop: 'before-headers' })],
    'foreign tenant URLs': [
      502,
      struck('token', { transform: (json) => ({ ...(json as object), rest_instance_url: 'https://evil.example/' }) }),
    ],
    'no userinfo': [503, struck('userinfo', { status: 500, body: 'down' })],
    'a strange userinfo': [502, struck('userinfo', { status: 200, body: 'null' })],
  },
  'in the app': {
    'verify refuses': [401, verifiedBy((_profile, done) => done(null, false))],
    'verify fails': [500, verifiedBy((_profile, done) => done(new Error('no')))],
    'verify throws': [
      500,
      verifiedBy(() => {
        throw new Error('no');
      }),
    ],
    'verify gives a string': [500, verifiedBy((_profile, done) => done(null, 'ravi'))],
  },
  'in the store, before the session is renewed': {
    'the grant cannot be kept': [
      503,
      stored((operation, sid) => (operation === 'set' && isGrant(sid) ? 'tells' : undefined)),
    ],
    'the sign-in cannot be read': [
      503,
      stored((operation, sid) => (operation === 'get' && isGrant(sid) ? 'throws' : undefined)),
    ],
    'the session cannot be renewed': [
      503,
      stored((operation, sid) => (operation === 'destroy' && !isGrant(sid) ? 'tells' : undefined)),
    ],
    'renewing the session throws': [
      503,
      stored((operation, sid) => (operation === 'destroy' && !isGrant(sid) ? 'throws' : undefined)),
    ],
    'renewing the session is not answered': [
      503,
      stored((operation, sid) => (operation === 'destroy' && !isGrant(sid) ? 'is silent' : undefined)),
    ],
  },
};

const app = {
  session: { store },
  strategy: { vaultTimeout: 500 },
  verify: (_accessToken: string, _refreshToken: string, profile: object, done: Verified): void => {
    if (verdict === undefined) done(null, profile);
    else verdict(profile, done);
  },
};

for (const [where, failures] of Object.entries(FAILURES)) {
  attack(
    'J5',
    `a login that fails ${where} leaves the previous login unchanged`,
    async (scene) => {
      const { emulator, browser } = scene;
      store.clear();
      await signIn(emulator, browser, 'maya.lind');
      const before = { session: sessionIdOf(browser), user: await whoIs(browser), grants: await store.grantIds() };
      const found: Record<string, unknown> = {};
      for (const [what, [, fail]] of Object.entries(failures)) {
        const status = await fail(scene);
        const after = { session: sessionIdOf(browser), user: await whoIs(browser), grants: await store.grantIds() };
        expect([what, after]).toEqual([what, before]);
        expect([what, await store.sessionIds()]).toEqual([what, [sessionIdOf(browser)]]);
        expect([what, (await browser.get('/api')).status]).toEqual([what, 200]);
        found[what] = status;
      }
      expect(found).toEqual(Object.fromEntries(Object.entries(failures).map(([what, [status]]) => [what, status])));
      expect((await signIn(emulator, browser, 'ravi.menon')).location).toBe('/home');
      expect(await whoIs(browser)).toMatchObject({ displayName: 'Ravi Menon' });
    },
    { app, signsIn: true },
  );
}

{
  let serializerFails = false;
  const halfway: Readonly<Record<string, readonly [number, Failure]>> = {
    'the user cannot be serialized': [
      500,
      async ({ emulator, browser }) => {
        serializerFails = true;
        const { status } = await signIn(emulator, browser);
        serializerFails = false;
        return status;
      },
    ],
    'the session cannot be saved': [
      503,
      stored((operation, sid) => (operation === 'set' && !isGrant(sid) ? 'tells' : undefined)),
    ],
    'saving the session throws': [
      503,
      stored((operation, sid) => (operation === 'set' && !isGrant(sid) ? 'throws' : undefined)),
    ],
    'saving the session is not answered': [
      503,
      stored((operation, sid) => (operation === 'set' && !isGrant(sid) ? 'is silent' : undefined)),
    ],
  };
  attack(
    'J5b',
    'a login that fails after the session was renewed leaves the browser anonymous and no grant',
    async (scene) => {
      const { emulator, browser, anotherBrowser } = scene;
      for (const [what, [expected, fail]] of Object.entries(halfway)) {
        store.clear();
        await signIn(emulator, browser);
        const old = { cookie: browser.cookie };
        expect([what, await fail(scene)]).toEqual([what, expected]);
        expect([what, await store.sessionIds(), await store.grantIds()]).toEqual([what, [], []]);
        expect(await whoIs(browser)).toBeNull();
        expect((await anotherBrowser().get('/api', old)).status).toBe(401);
      }
    },
    {
      app: {
        ...app,
        keepUser: {
          toSession: (user) => {
            if (serializerFails) throw new Error('no');
            return user;
          },
          fromSession: (kept) => kept as Express.User,
        },
      },
    },
  );
}
