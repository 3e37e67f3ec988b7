import { beforeEach, expect } from '@jest/globals';
import type { Profile } from '../../src';
import type { Emulator, Fault } from '../../src/emulator';
import { attack, expectNoSecret, signIn, whoIs, type Scene } from '../support/attack';
import type { Browser } from '../support/browser';
import { hostileUrls } from '../support/hostile-urls';
import { watchOutgoing } from '../support/outgoing';
import { RecordingStore } from '../support/stores';
import { expectEach, UPSTREAM, without } from '../support/token-answers';

/** The answer of userinfo as the emulator gives it, as far as it is changed here. */
interface Userinfo extends Readonly<Record<string, unknown>> {
  readonly user: Readonly<Record<string, unknown>>;
  readonly organization: Readonly<Record<string, unknown>>;
  readonly rest: Readonly<Record<string, unknown>>;
}

/** The real answer of userinfo with something changed. */
function altered(change: (userinfo: Userinfo) => unknown): Fault {
  return { transform: (json) => change(json as Userinfo) };
}

/** The real answer with another user id; undefined leaves it out. */
function withSub(sub: unknown): Fault {
  return altered((userinfo) => ({ ...userinfo, user: { ...userinfo.user, sub } }));
}

/** Where the grants of the attacked apps lie. */
const store = new RecordingStore();
// Each of the apps listens to it.
store.setMaxListeners(0);
beforeEach(() => store.clear());

/** Signs in with each answer of userinfo; a sign-in that is refused leaves no grant. */
async function expectOf(scene: Scene, faults: Readonly<Record<string, Fault>>, outcome: string | readonly string[]) {
  await expectEach(scene, faults, outcome, 'userinfo');
  if (![outcome].flat().some((one) => one.startsWith('302')))
    expect(await store.dump()).not.toContain('"kind":"grant"');
}

const NO_IDS = {
  'an empty string': '',
  zero: 0,
  'a negative number': -7,
  'a fraction': 7.5,
  'a number beyond the exact ones': 1e300,
  true: true,
  false: false,
  null: null,
  'an object': { id: 7, toString: '7' },
  'a list': ['711204301'],
  'an empty list': [],
  '10 KB': '7'.repeat(10_240),
  'a blank': ' ',
  'a blank in it': '7 7',
  'a line break behind it': '7\n',
  'NUL in it': '7\u00007',
  'letters outside ASCII': 'ü',
  'a lone surrogate': '\ud800',
};

attack(
  'I3',
  'a user without a usable id is not signed in',
  async (scene) => {
    const ids = Object.entries(NO_IDS).map(([name, id]) => [name, withSub(id)] as const);
    await expectOf(
      scene,
      {
        ...Object.fromEntries(ids),
        missing: withSub(undefined),
        'inherited, as the answer has it': altered((userinfo) =>
          JSON.stringify({ ...userinfo, user: without(userinfo.user, 'sub') }).replace(
            '"user":{',
            '"user":{"__proto__":{"sub":"7"},',
          ),
        ),
        'at the top': altered((userinfo) => ({ ...userinfo, sub: '7', user: without(userinfo.user, 'sub') })),
        'no user': altered((userinfo) => without(userinfo, 'user')),
        'a user that is null': altered((userinfo) => ({ ...userinfo, user: null })),
        'a user that is text': altered((userinfo) => ({ ...userinfo, user: 'maya.lind' })),
        'a user in a list': altered((userinfo) => ({ ...userinfo, user: [userinfo.user] })),
      },
      '502 invalid_response',
    );
    await expectOf(
      scene,
      { text: withSub('a-1'), number: withSub(7), '255 letters': withSub('x'.repeat(255)) },
      '302 /home',
    );
  },
  { timeoutMs: 60_000, app: { session: { store } } },
);

attack(
  'I3b',
  'a user without a usable business unit or enterprise is not signed in',
  async (scene) => {
    const bad = { ...NO_IDS, 'letters, digits besides': '7x', 'a hexadecimal number': '0x7', missing: undefined };
    const withOrganization = (organization: unknown): Fault => altered((userinfo) => ({ ...userinfo, organization }));
    for (const name of ['member_id', 'enterprise_id']) {
      await expectOf(
        scene,
        Object.fromEntries(
          Object.entries(bad).map(([what, id]) => [
            `${name}: ${what}`,
            altered((userinfo) => ({ ...userinfo, organization: { ...userinfo.organization, [name]: id } })),
          ]),
        ),
        '502 invalid_response',
      );
    }
    await expectOf(
      scene,
      {
        'no organization': withOrganization(undefined),
        'an organization of null': withOrganization(null),
        'an organization in a list': withOrganization([{ member_id: 1, enterprise_id: 1 }]),
      },
      '502 invalid_response',
    );
  },
  { timeoutMs: 60_000, app: { session: { store } } },
);

attack(
  'I3c',
  'a userinfo endpoint that does not answer, or with something else, ends the sign-in',
  async (scene) => {
    const html = { 'content-type': 'text/html' };
    const good = JSON.stringify({ user: { sub: '7' }, organization: { member_id: 7, enterprise_id: 7 } });
    await expectOf(
      scene,
      {
        'a page': { body: '<html>{"user":{"sub":"7"}}</html>', headers: html },
        'a page that says it is JSON': { body: '<html></html>' },
        'a good answer that says it is a page': { ...altered((userinfo) => userinfo), headers: html },
        null: { body: 'null' },
        'an empty list': { body: '[]' },
        'a list': { body: `[${good}]` },
        'a number': { body: '7' },
        'a string': { body: '"7"' },
        nothing: { body: '' },
        'an empty object': { body: '{}' },
        'a truncated answer': { body: good.slice(0, -1) },
        'an answer with more behind it': { body: `${good}x` },
        '2 MB': { body: good.padEnd(2_097_152, ' ') },
        'a created one': { status: 201, body: good },
        'an accepted one': { status: 202, body: good },
        'no content': { status: 204 },
        'not found': { status: 404, body: good },
        'not modified': { status: 304 },
      },
      '502 invalid_response',
    );
    await expectOf(
      scene,
      {
        500: { status: 500, body: good },
        503: { status: 503, body: 'down' },
        reset: { drop: 'before-headers' },
        'reset in the middle': { drop: 'mid-body' },
      },
      '503 upstream_unavailable',
    );
    await expectOf(scene, { 429: { status: 429, body: good } }, '503 rate_limited');
    await expectOf(
      scene,
      { 'an invalid token': { status: 401, body: { error: 'invalid_token', user: { sub: '7' } } } },
      '401 Unauthorized',
    );
    await expectOf(scene, { 'no HTTP at all': { raw: '{"user":{"sub":"7"}}' } }, UPSTREAM);
  },
  { timeoutMs: 60_000, app: { session: { store } } },
);

attack(
  'I3d',
  'a userinfo endpoint that is slow ends the sign-in in time',
  async (scene) => {
    await expectOf(
      scene,
      {
        'silence from the start': { hang: 'before-headers' },
        'silence after the headers': { hang: 'after-headers' },
        'silence in the middle': { hang: 'mid-body' },
        'a byte now and then, for ever': {
          ...altered((userinfo) => userinfo),
          drip: { intervalMs: 20, endless: true },
        },
      },
      '504 upstream_unavailable',
    );
  },
  { app: { session: { store }, strategy: { timeout: 200 } } },
);

/** Signs in with userinfo naming each hostile URL of a service. */
async function expectOwnUrls(scene: Scene, service: 'rest' | 'soap'): Promise<void> {
  const { baseUrlTemplate, subdomain } = scene.emulator.strategyOptions();
  const good = baseUrlTemplate.replace('{subdomain}', subdomain).replace('{service}', service);
  const urls = { ...hostileUrls(good), 'another tenant': good.replace('alpine-outfitters', 'harbour-books-eu1') };
  const faults = Object.entries(urls).map(([name, url]) => [
    name,
    altered((userinfo) => ({ ...userinfo, rest: { ...userinfo.rest, [`${service}_instance_url`]: url } })),
  ]);
  await expectOf(scene, Object.fromEntries(faults) as Record<string, Fault>, '502 tenant_mismatch');
}

attack(
  'I4',
  'userinfo that names another REST base URL than the token answer ends the sign-in',
  (scene) => expectOwnUrls(scene, 'rest'),
  { timeoutMs: 60_000, app: { session: { store } } },
);

attack(
  'I4b',
  'userinfo that names another SOAP base URL than the token answer ends the sign-in',
  (scene) => expectOwnUrls(scene, 'soap'),
  { timeoutMs: 60_000, app: { session: { store } } },
);

attack(
  'I4c',
  'userinfo whose base URLs are swapped or cannot be read ends the sign-in',
  async (scene) => {
    const withRest = (change: (rest: Userinfo['rest']) => unknown): Fault =>
      altered((userinfo) => ({ ...userinfo, rest: change(userinfo.rest) }));
    const swapped = withRest((rest) => ({
      rest_instance_url: rest['soap_instance_url'],
      soap_instance_url: rest['rest_instance_url'],
    }));
    const odd = [null, {}, [], 'https://evil.example', 7, ''].map((rest) => [
      JSON.stringify(rest),
      withRest(() => rest),
    ]);
    await expectOf(scene, { swapped, ...(Object.fromEntries(odd) as Record<string, Fault>) }, '502 tenant_mismatch');
  },
  { timeoutMs: 60_000, app: { session: { store } } },
);

attack(
  'I5',
  'a redirect of userinfo is not followed, and the token is sent nowhere else',
  async (scene) => {
    const { emulator, sink } = scene;
    const locations = [
      ...[sink.url, `//127.0.0.1:${sink.port}/`, `http://user:password@127.0.0.1:${sink.port}/`],
      ...[
        `${emulator.baseUrl('auth')}/v2/userinfo?view=oidc`,
        `${emulator.baseUrl('rest')}/platform/v1/tokenContext`,
        '',
      ],
    ];
    const body = { user: { sub: '7' }, organization: { member_id: 7, enterprise_id: 7 } };
    const outgoing = watchOutgoing();
    for (const status of [300, 301, 302, 303, 307, 308]) {
      await expectOf(
        scene,
        Object.fromEntries(
          locations.map((location) => [`${status} to ${location}`, { status, headers: { location }, body }]),
        ),
        '502 invalid_response',
      );
    }
    outgoing.stop();
    const auth = emulator.baseUrl('auth');
    expect(new Set(outgoing.calls)).toEqual(new Set([`POST ${auth}/v2/token`, `GET ${auth}/v2/userinfo`]));
    expect(outgoing.calls).toHaveLength(2 * 6 * locations.length);
  },
  { timeoutMs: 60_000, app: { session: { store } } },
);

/** The token that the app has sent for this browser's user. */
async function tokenOf(emulator: Emulator, browser: Browser): Promise<string> {
  expect((await browser.get('/api')).status).toBe(200);
  return String(emulator.requests.last('tokenContext')?.headers['authorization']).replace('Bearer ', '');
}

attack(
  'I7',
  'an access token that the browser sends is ignored, signed in or not',
  async ({ emulator, browser, anotherBrowser }) => {
    const [attacker, anonymous] = [anotherBrowser(), anotherBrowser()];
    await signIn(emulator, browser, 'maya.lind');
    await signIn(emulator, attacker, 'ravi.menon');
    const own = await tokenOf(emulator, browser);
    const stolen = await tokenOf(emulator, attacker);
    expect(stolen).not.toBe(own);

    for (const token of [stolen, 'unknown', '']) {
      const query = new URLSearchParams({ access_token: token, token, accessToken: token, grantId: token });
      const sendings: readonly (readonly [string, Record<string, string>])[] = [
        [`/api?access_token=${encodeURIComponent(token)}`, {}],
        [`/api?${query.toString()}`, {}],
        [`/api?access_token[]=${encodeURIComponent(token)}`, {}],
        ['/api', { authorization: `Bearer ${token}` }],
        ['/api', { authorization: `bearer ${token}` }],
        ['/api', { 'x-access-token': token, 'proxy-authorization': `Bearer ${token}` }],
        [`/api?access_token=${encodeURIComponent(token)}`, { authorization: `Bearer ${token}` }],
      ];
      for (const [target, headers] of sendings) {
        const before = emulator.requestsTo('rest').length;
        const refused = await anonymous.get(target, headers);
        expect([refused.status, JSON.parse(refused.text)]).toEqual([
          401,
          { error: 'sign_in_required', loginUrl: '/login' },
        ]);
        expect(emulator.requestsTo('rest')).toHaveLength(before);

        const served = await browser.get(target, headers);
        expect([served.status, JSON.parse(served.text)]).toMatchObject([200, { user: { id: 711_204_301 } }]);
        const sent = emulator.requests.last('tokenContext');
        expect(sent?.headers['authorization'] === `Bearer ${own}`).toBe(true);
        expectNoSecret(JSON.stringify(sent?.query), [stolen]);
      }
    }
    expect(await whoIs(anonymous)).toBeNull();
  },
  { signsIn: true },
);

const people = new Map<string, { name: string | undefined; signIns: number }>();

attack(
  'I8',
  'users of two tenants with the same user id and e-mail address are two users',
  async ({ emulator, anotherBrowser }) => {
    people.clear();
    const [maya, ravi] = [emulator.world.user('maya.lind'), emulator.world.user('ravi.menon')];
    const { email, id } = maya;
    emulator.world.addUser('mcemulator-harbour-books-eu1', { username: 'twin', name: 'The Twin', id, email });
    // A third one in the first tenant, under the same address.
    emulator.world.addUser('mcemulator-alpine-outfitters', { username: 'namesake', name: 'The Namesake', email });

    const seen: unknown[] = [];
    for (const [tenant, username] of [
      ['mcemulator-alpine-outfitters', 'maya.lind'],
      ['mcemulator-harbour-books-eu1', 'twin'],
      ['mcemulator-alpine-outfitters', 'namesake'],
      ['mcemulator-alpine-outfitters', 'maya.lind'],
    ] as const) {
      const browser = anotherBrowser();
      const login = await browser.get(`/login?tenant=${tenant}`);
      const callback = new URL(await emulator.signIn(login.location, username));
      expect((await browser.get(callback.pathname + callback.search)).location).toBe('/home');
      seen.push(await whoIs(browser), JSON.parse((await browser.get('/api')).text));
    }
    expect(ravi.id).not.toBe(id);
    const mayas = [
      { id: `510001000:${id}`, displayName: 'Maya Lind' },
      { enterprise: { id: 510_001_000 }, user: { id } },
    ];
    expect(seen).toMatchObject([
      ...mayas,
      ...[
        { id: `520002000:${id}`, displayName: 'The Twin' },
        { enterprise: { id: 520_002_000 }, user: { id } },
      ],
      ...[{ displayName: 'The Namesake' }, { enterprise: { id: 510_001_000 } }],
      ...mayas,
    ]);
    expect([...people.values()].sort((one, other) => other.signIns - one.signIns)).toEqual([
      { name: 'Maya Lind', signIns: 2 },
      { name: 'The Twin', signIns: 1 },
      { name: 'The Namesake', signIns: 1 },
    ]);
  },
  {
    emulator: { publishedApp: true },
    app: {
      strategy: { multiTenant: true },
      login: (req) => ({ subdomain: req.query['tenant'] as string }),
      verify: (
        _accessToken: string,
        _refreshToken: string,
        _params: object,
        profile: Profile,
        done: (error: null, user: object) => void,
      ) => {
        const { id, displayName } = profile;
        const signIns = (people.get(id)?.signIns ?? 0) + 1;
        people.set(id, { name: people.get(id)?.name ?? displayName, signIns });
        done(null, { id, displayName: people.get(id)?.name });
      },
    },
  },
);
