import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Emulator } from '../../src/emulator';
import { attack, comeBack, expectNoSecret, openLogin, signIn } from '../support/attack';
import type { ChildReport } from '../support/sign-in-child';
import { RecordingStore } from '../support/stores';
import { outcomeOf } from '../support/token-answers';

const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;
const app = { strategy: { pkce: true } };
const enforcing = { pkce: 'enforce-if-sent' } as const;

/** The S256 challenge of a verifier: RFC 7636 §4.2. */
function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier, 'ascii').digest('base64url');
}

/** The verifiers of the token calls so far. */
function verifiersAt(emulator: Emulator): string[] {
  return emulator.requestsTo('token').map(({ body }) => (body as { code_verifier: string }).code_verifier);
}

/** A sign-in as far as its callback, with the challenge it began with. */
async function comeBackWithChallenge(
  emulator: Emulator,
  login: URL,
): Promise<{ readonly challenge: string; readonly callback: string }> {
  return {
    challenge: login.searchParams.get('code_challenge') ?? '',
    callback: await comeBack(emulator, login),
  };
}

attack(
  'D1',
  'the challenge is S256 of a verifier that is fresh each time',
  async ({ emulator, browser, anotherBrowser }) => {
    const challenges: string[] = [];
    // In one session and in many, and with any query.
    const logins = ['/login', '/login', '/login?pkce=false&code_challenge=x&code_challenge_method=plain'];
    for (const [target, one] of logins.flatMap((login) => [
      [login, browser] as const,
      [login, anotherBrowser()] as const,
    ])) {
      const { searchParams } = await openLogin(one, target);
      expect([...searchParams.keys()].sort()).toEqual([
        'client_id',
        'code_challenge',
        'code_challenge_method',
        'redirect_uri',
        'response_type',
        'scope',
        'state',
      ]);
      expect(searchParams.get('code_challenge_method')).toBe('S256');
      challenges.push(searchParams.get('code_challenge') ?? '');
    }
    for (let times = 0; times < 10; times += 1) {
      const { challenge, callback } = await comeBackWithChallenge(emulator, await openLogin(browser));
      expect((await browser.get(callback)).location).toBe('/home');
      const verifier = verifiersAt(emulator).at(-1) ?? '';
      expect(verifier).toMatch(VERIFIER);
      expect(challenge).toBe(challengeOf(verifier));
      challenges.push(challenge);
    }
    expect(new Set(challenges).size).toBe(logins.length * 2 + 10);
    expect(new Set(verifiersAt(emulator)).size).toBe(10);
  },
  { app, emulator: enforcing, signsIn: true },
);

attack(
  'D1b',
  'without the option there is no challenge and no verifier',
  async ({ emulator, browser }) => {
    const login = await openLogin(browser);
    expect(login.search).not.toContain('challenge');
    expect((await browser.get(await comeBack(emulator, login))).location).toBe('/home');
    expect(emulator.requests.last('token')?.body).not.toHaveProperty('code_verifier');
  },
  { emulator: enforcing, signsIn: true },
);

{
  const store = new RecordingStore();
  attack(
    'D2',
    'the verifier is in the body of the token call and nowhere else',
    async ({ emulator, browser, app: { errors, origin } }) => {
      await signIn(emulator, browser);
      expect((await browser.get('/api')).status).toBe(200);
      const struck = emulator.fault('token', { status: 400, body: { error: 'invalid_request' } });
      expect((await signIn(emulator, browser)).status).toBe(502);
      struck.remove();
      // One that never comes back with a code.
      const state = (await openLogin(browser)).searchParams.get('state') ?? '';
      await browser.get(`/cb?error=server_error&state=${state}`);
      expect(errors).toHaveLength(2);

      const verifiers = verifiersAt(emulator);
      expect(verifiers).toHaveLength(2);
      for (const request of emulator.requests) {
        const { rawBody, body: _body, ...rest } = request;
        expectNoSecret(JSON.stringify(rest), verifiers);
        if (request.endpoint !== 'token') expectNoSecret(rawBody, verifiers);
      }
      expect(browser.replies.length).toBeGreaterThan(6);
      expectNoSecret(JSON.stringify([browser.replies, [...browser.cookies], origin]), verifiers);
      expectNoSecret(decodeURIComponent([...browser.cookies.values()].join(' ')), verifiers);
      // Spent with its sign-in.
      expectNoSecret(await store.dump(), verifiers);
    },
    { app: { ...app, session: { store } }, emulator: enforcing, signsIn: true },
  );
}

test('D2b the verifier is in no log, with all logs on', async () => {
  const child = fork(join(__dirname, '../support/sign-in-child.ts'), {
    execArgv: ['-r', 'esbuild-register'],
    env: { ...process.env, DEBUG: '*', NODE_DEBUG: 'undici,fetch' },
    silent: true,
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (log += String(chunk)));
  const report = await new Promise<ChildReport | undefined>((resolve) => {
    let received: ChildReport | undefined;
    child.on('message', (message) => (received = message as ChildReport)).on('close', () => resolve(received));
  });
  expect(report?.statuses).toEqual([302, 401, 503]);
  const verifiers = report?.tokenCalls.map(({ code_verifier: verifier = '' }) => verifier) ?? [];
  expect(verifiers).toEqual([1, 2, 3].map(() => expect.stringMatching(VERIFIER)));
  // The log is one of these sign-ins.
  expect(log).toContain('/login');
  expectNoSecret(log, verifiers);
}, 60_000);

attack(
  'D4',
  'a server that ignores the challenge signs the user in, and state protects as before',
  async ({ emulator, browser, anotherBrowser }) => {
    const attackers = await comeBack(emulator, await openLogin(anotherBrowser()), 'ravi.menon');
    const { challenge, callback } = await comeBackWithChallenge(emulator, await openLogin(browser));
    const [, code = ''] = /code=([^&]+)/.exec(attackers) ?? [];
    for (const bad of [attackers, `/cb?code=${code}`, callback.replace(/state=[^&]+/, `state=${'A'.repeat(43)}`)]) {
      expect(outcomeOf(await browser.get(bad))).toBe('403 Forbidden');
    }
    expect(emulator.requestsTo('token')).toHaveLength(0);
    expect((await browser.get(callback)).location).toBe('/home');
    expect(verifiersAt(emulator).map(challengeOf)).toEqual([challenge]);
  },
  { app, emulator: { pkce: 'ignore' }, signsIn: true },
);

{
  const store = new RecordingStore();
  const withStore = { ...app, session: { store } };

  attack(
    'D5',
    'a verifier that the server rejects makes no session, and its sign-in is consumed',
    async ({ emulator, anotherBrowser }) => {
      // The challenge was swapped on the way, or an answer says so in some other words.
      const swapped = async (login: URL): Promise<string> => {
        login.searchParams.set('code_challenge', challengeOf('v'.repeat(43)));
        return await comeBack(emulator, login);
      };
      for (const [answer, outcome] of [
        [undefined, '401 Unauthorized'],
        [{ status: 400, body: { error: 'invalid_grant', error_description: 'CANARY verifier' } }, '401 Unauthorized'],
        [{ status: 400, body: { error: 'invalid_request' } }, '502 invalid_response'],
      ] as const) {
        const browser = anotherBrowser();
        emulator.requests.clear();
        if (answer !== undefined) emulator.fault('token', { ...answer, times: 1 });
        const callback = await swapped(await openLogin(browser));
        expect(outcomeOf(await browser.get(callback))).toBe(outcome);
        expect(outcomeOf(await browser.get(callback))).toBe('403 Forbidden');
        expect([emulator.requestsTo('token').length, emulator.requestsTo('userinfo').length]).toEqual([1, 0]);
        expect((await browser.get('/me')).text).toBe('{"user":null,"connected":false}');
      }
      expect(await store.dump()).not.toMatch(/"kind":"grant"|"passport"/);
    },
    { app: withStore, emulator: enforcing },
  );

  attack(
    'D5b',
    'a stolen code in the attacker’s own sign-in makes no session',
    async ({ emulator, browser, anotherBrowser }) => {
      const stolen = await comeBack(emulator, await openLogin(anotherBrowser()));
      const own = await comeBack(emulator, await openLogin(browser), 'ravi.menon');
      const [, code = ''] = /(code=[^&]+)/.exec(stolen) ?? [];
      const injected = own.replace(/code=[^&]+/, code);
      expect(injected).not.toBe(own);
      expect(outcomeOf(await browser.get(injected))).toBe('401 Unauthorized');
      expect((await browser.get('/me')).text).toBe('{"user":null,"connected":false}');
      expect(await store.dump()).not.toMatch(/"kind":"grant"|"passport"/);
    },
    { app: withStore, emulator: enforcing },
  );
}

attack(
  'D5c',
  'a server that refuses the challenge makes no session',
  async ({ emulator, browser }) => {
    expect(outcomeOf(await signIn(emulator, browser))).toBe('502 authorization_failed');
    expect(emulator.requestsTo('token')).toHaveLength(0);
  },
  { app, emulator: { pkce: 'reject' } },
);

attack(
  'D6',
  'two tabs each send their own verifier and finish in any order',
  async ({ emulator, browser }) => {
    await openLogin(browser);
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      emulator.requests.clear();
      const logins = await Promise.all(order.map(() => openLogin(browser)));
      const tabs = await Promise.all(logins.map((login) => comeBackWithChallenge(emulator, login)));
      const challenges: (string | undefined)[] = [];
      for (const tab of order) {
        expect((await browser.get(tabs[tab]?.callback ?? '')).location).toBe('/home');
        challenges.push(tabs[tab]?.challenge);
      }
      expect(new Set(challenges).size).toBe(2);
      expect(verifiersAt(emulator).map(challengeOf)).toEqual(challenges);
    }
    // And at the same moment.
    emulator.requests.clear();
    const tabs = await Promise.all(
      [1, 2].map(async () => await comeBackWithChallenge(emulator, await openLogin(browser))),
    );
    await Promise.all(tabs.map(({ callback }) => browser.get(callback)));
    expect(new Set(verifiersAt(emulator).map(challengeOf))).toEqual(new Set(tabs.map(({ challenge }) => challenge)));
  },
  { app, emulator: enforcing, signsIn: true },
);
