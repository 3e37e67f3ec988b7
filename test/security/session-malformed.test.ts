import { expect } from '@jest/globals';
import type { SessionData } from 'express-session';
import { attack, comeBack, openLogin, signIn, type AttackOptions, type Scene } from '../support/attack';
import type { Browser } from '../support/browser';
import { sessionIdOf } from '../support/session-cookie';
import { RecordingStore } from '../support/stores';

/** What a store gives back instead of a record. */
type Odd = { readonly value: unknown } | { readonly error: unknown } | { readonly thrown: unknown };

/** A store that gives back odd things for one of its keys. */
class OddStore extends RecordingStore {
  odd: { readonly key: string; readonly gives: Odd } | undefined;

  override get(sid: string, done: (error: unknown, session?: SessionData | null) => void): void {
    const gives = this.odd?.key === sid ? this.odd.gives : undefined;
    if (gives === undefined) super.get(sid, done);
    else if ('thrown' in gives) throw gives.thrown;
    else
      setImmediate(() =>
        done('error' in gives ? gives.error : null, 'value' in gives ? (gives.value as SessionData) : null),
      );
  }
}

const COOKIE = { originalMaxAge: null, expires: null, httpOnly: true, path: '/' };
const MANY = 'x'.repeat(5 * 1_048_576);

/** Values that are malformed for every kind of record. */
const ODD: Readonly<Record<string, Odd>> = {
  'an error for malformed JSON': { error: new SyntaxError('Unexpected end of JSON input') },
  'malformed JSON, thrown': { thrown: new SyntaxError('Unexpected token') },
  'an error that is a string': { error: 'malformed' },
  'an error without prototype': { error: Object.create(null) },
  nothing: { value: undefined },
  null: { value: null },
  false: { value: false },
  text: { value: '{"cookie":{}' },
  '5 MB of text': { value: MANY },
  'a number': { value: 42 },
  true: { value: true },
  'a list': { value: [COOKIE] },
  'a function': { value: () => COOKIE },
  'no cookie': { value: {} },
  'a cookie that is null': { value: { cookie: null } },
  'a cookie that is text': { value: { cookie: 'connect.sid' } },
  'a cookie that is a list': { value: { cookie: [] } },
  'a cookie of wrong types': { value: { cookie: { ...COOKIE, httpOnly: 'x', path: 42, sameSite: [] } } },
  'an invalid time': { value: { cookie: { ...COOKIE, expires: 'tomorrow' } } },
  '5 MB of something else': { value: { cookie: COOKIE, junk: MANY } },
  'a list of a hundred thousand': { value: { cookie: COOKIE, junk: Array(100_000).fill(0) } },
};

/** What the record of a signed-in user's session may be when something has damaged it. */
function oddSessions(real: Record<string, unknown>): Record<string, Odd> {
  const grants = (held: unknown): unknown => ({ marketingCloud: { grants: { 'marketing-cloud': held } } });
  const users = [null, 'x', 42, [], true, {}, { user: null }, { user: false }, { user: '' }];
  const entries = [
    ...[null, 'x', 42, [], {}, { grants: null }, { grants: 'x' }, { grants: [] }, { grants: {} }, { earlier: {} }].map(
      (marketingCloud) => ({ marketingCloud }),
    ),
    ...[null, 'x', 42, [], {}, { grantId: 42, byLogin: true }, { grantId: {}, byLogin: true }, { grantId: 'x' }].map(
      grants,
    ),
    ...['x', '', '__proto__', '../../etc/passwd', '*', '\0', MANY].map((grantId) => grants({ grantId, byLogin: true })),
    { marketingCloud: { grants: { 'marketing-cloud': 'x' }, earlier: [null, 'x', { browser: 42, until: 'x' }, []] } },
  ];
  return Object.fromEntries([
    ...users.map((passport) => [`passport: ${JSON.stringify(passport)}`, { value: { ...real, passport } }]),
    ...entries.map((entry) => [JSON.stringify(entry).slice(0, 90), { value: { ...real, ...(entry as object) } }]),
  ]) as Record<string, Odd>;
}

/** What a damaged record of a grant or of a pending sign-in may be, made of the real one. */
function oddRecords(real: { readonly marketingCloudVault: { readonly data: string } }): Record<string, Odd> {
  const { marketingCloudVault: stored } = real;
  const vault = (record: unknown): Odd => ({ value: { ...real, marketingCloudVault: record } });
  const data = JSON.parse(stored.data) as Record<string, unknown>;
  const changed = (change: object): Odd => vault({ ...stored, data: JSON.stringify({ ...data, ...change }) });
  return {
    ...ODD,
    ...Object.fromEntries(
      [null, 'x', 42, [], {}, MANY].map((one) => [`vault: ${JSON.stringify(one).slice(0, 20)}`, vault(one)]),
    ),
    'another kind': vault({ ...stored, kind: 'session' }),
    'no kind': vault({ ...stored, kind: undefined }),
    'a version that is text': vault({ ...stored, version: '1' }),
    'a time that is text': vault({ ...stored, until: 'later' }),
    'a time that is over': vault({ ...stored, until: 1 }),
    'missing data': vault({ ...stored, data: undefined }),
    'data that is an object': vault({ ...stored, data }),
    'data that is malformed': vault({ ...stored, data: stored.data.slice(0, -1) }),
    'data that is null': vault({ ...stored, data: 'null' }),
    'data that is a list': vault({ ...stored, data: `[${stored.data}]` }),
    'data that is deep': vault({ ...stored, data: '['.repeat(100_000) }),
    '5 MB of data': vault({ ...stored, data: MANY }),
    'data without a member': changed({ subdomain: undefined }),
    'a subdomain that is a list': changed({ subdomain: [data['subdomain']] }),
    'a subdomain that is a host': changed({ subdomain: 'evil.example/' }),
  };
}

const app = (store: OddStore): NonNullable<AttackOptions['app']> => ({
  session: { store },
  routes: (express) => {
    express.get('/credentials', (req, res, next) => {
      req.marketingCloud.credentials().then(() => res.end(), next);
    });
  },
});

/** How the app answers with a session that cannot hold a user: as for an anonymous user, or with an error. */
async function takenFor(browser: Browser, cookie: string): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const target of ['/api', '/credentials', '/login', '/cb?code=x&state=y']) {
    answers[target] = (await browser.get(target, { cookie })).status;
  }
  const { status } = await browser.send('/logout', { method: 'POST', headers: { cookie, origin: browser.origin } });
  return { ...answers, '/logout': status };
}

/** Fails for an answer that is neither a server error nor one for an anonymous user. */
function expectAnonymous(what: string, answers: Record<string, unknown>): void {
  const fine = { '/api': 401, '/credentials': 401, '/login': 302, '/cb?code=x&state=y': 403, '/logout': 302 };
  for (const [target, expected] of Object.entries(fine)) {
    const status = answers[target] as number;
    if (status !== expected && !(status >= 500 && status < 600)) expect([what, answers]).toEqual([what, fine]);
  }
}

async function expectStillGood({ emulator, anotherBrowser }: Scene): Promise<void> {
  const other = anotherBrowser();
  expect((await signIn(emulator, other)).location).toBe('/home');
  expect((await other.get('/api')).status).toBe(200);
}

for (const [which, make] of Object.entries({
  'at all': () => ODD,
  'in what we and Passport keep there': oddSessions,
})) {
  const store = new OddStore();
  attack(
    'J9',
    `a session that the store returns malformed ${which} is a server error or anonymous`,
    async (scene) => {
      const { emulator, browser, anotherBrowser } = scene;
      store.clear();
      await signIn(emulator, browser);
      const [key, { cookie }] = [sessionIdOf(browser), browser];
      const before = Object.entries(await store.records());
      const real = Object.fromEntries(before)[key] as unknown as Record<string, unknown>;
      emulator.requests.clear();
      for (const [what, gives] of Object.entries(make(real))) {
        store.odd = { key, gives };
        expectAnonymous(what, await takenFor(anotherBrowser(), cookie));
        store.odd = undefined;
        for (const [id, record] of before) store.plant(id, JSON.stringify(record));
      }
      expect(emulator.requests.all).toEqual([]);
      expect((await browser.get('/api')).status).toBe(200);
      await expectStillGood(scene);
    },
    { app: app(store), signsIn: true },
  );
}

/** A record as it is stored, and the same with other data. */
async function recordAt(store: OddStore, key: string) {
  const real = (await store.records())[key] as unknown as Parameters<typeof oddRecords>[0];
  const data = JSON.parse(real.marketingCloudVault.data) as Record<string, unknown>;
  const changed = (change: object): Odd => ({
    value: {
      ...real,
      marketingCloudVault: { ...real.marketingCloudVault, data: JSON.stringify({ ...data, ...change }) },
    },
  });
  return { real, changed };
}

{
  const store = new OddStore();
  attack(
    'J9b',
    'a grant that the store returns malformed is a server error or no grant',
    async (scene) => {
      const { emulator, browser, another } = scene;
      store.clear();
      await signIn(emulator, browser);
      // A process that remembers nothing of the grant.
      const beside = (await another(app(store))).browser();
      const sent = { cookie: browser.cookie };
      const [key = ''] = (await store.grantIds()).map((id) => `mcg_${id}`);
      const { real, changed } = await recordAt(store, key);
      emulator.requests.clear();
      for (const [what, gives] of Object.entries({
        ...oddRecords(real),
        'a token that is a number': changed({ accessToken: 42 }),
        'a token that ends a header': changed({ accessToken: 'x\r\nX-Evil: y' }),
        'a refresh token that is a list': changed({ refreshToken: ['x'] }),
        'times that are text': changed({ issuedAt: '0', expiresAt: '9e15' }),
        'a scope that is text': changed({ scope: 'offline' }),
        'a scope of numbers': changed({ scope: [42] }),
        'a format of another release': changed({ format: 2 }),
      })) {
        store.odd = { key, gives };
        const { status } = await beside.get('/api', sent);
        store.odd = undefined;
        if (status !== 401 && !(status >= 500 && status < 600)) expect([what, status]).toEqual([what, 401]);
      }
      expect(emulator.requests.all).toEqual([]);
      expect((await browser.get('/api')).status).toBe(200);
      await expectStillGood(scene);
    },
    { app: app(store), signsIn: true },
  );
}

{
  const store = new OddStore();
  attack(
    'J9c',
    'a pending sign-in that the store returns malformed is a server error or refused',
    async (scene) => {
      const { emulator, browser } = scene;
      store.clear();
      await openLogin(browser);
      const [names] = [Object.keys(oddRecords({ marketingCloudVault: { data: '{}' } }))];
      for (const what of [...names, 'a time of text', 'a verifier that is a list', 'a returnTo that is an object']) {
        const before = Object.keys(await store.records());
        const callback = await comeBack(emulator, await openLogin(browser));
        const key = Object.keys(await store.records()).find((one) => !before.includes(one)) ?? '';
        const { real, changed } = await recordAt(store, key);
        const gives: Odd | undefined = {
          ...oddRecords(real),
          'a time of text': changed({ createdAt: 'now' }),
          'a verifier that is a list': changed({ verifier: ['x'] }),
          'a returnTo that is an object': changed({ returnTo: { toString: '/ok' } }),
        }[what];
        store.odd = gives && { key, gives };
        const { status } = await browser.get(callback);
        store.odd = undefined;
        if (status !== 403 && !(status >= 500 && status < 600)) expect([what, status]).toEqual([what, 403]);
      }
      expect(emulator.requestsTo('token')).toEqual([]);
      await expectStillGood(scene);
    },
    { app: app(store) },
  );
}
