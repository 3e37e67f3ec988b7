import { expect } from '@jest/globals';
import { attack, comeBack, openLogin, secretsOf, signIn, type AttackOptions, type Scene } from '../support/attack';
import { cookieFor, sessionIdOf } from '../support/session-cookie';
import { RecordingStore } from '../support/stores';

/** A store, and whether the tokens in it are sealed. */
interface Storage {
  readonly store: RecordingStore;
  readonly sealed: boolean;
}

/** What is in the session records, or in the vault's, as text. */
async function dumpOf({ store }: Storage, which: 'sessions' | 'vault'): Promise<string> {
  const records = Object.entries(await store.records());
  return JSON.stringify(records.filter(([key]) => key.startsWith('mcg_') === (which === 'vault')));
}

/** The secrets that are in a text, by how they begin. */
function found(text: string, secrets: readonly string[]): string[] {
  return secrets.filter((secret) => text.includes(secret)).map((secret) => secret.slice(0, 6));
}

/** The tokens that are good now. */
async function tokensIn({ app }: Scene, { store }: Storage): Promise<string[]> {
  const [grantId = ''] = await store.grantIds();
  const { accessToken, refreshToken = '' } = await app.strategy.credentials(grantId);
  expect([accessToken.length, refreshToken.length]).toEqual([512, 512]);
  return [accessToken, refreshToken];
}

/** No session record holds a secret, no record a client secret, a code or a spent verifier, and no sealed one a token. */
async function expectClean(scene: Scene, storage: Storage): Promise<void> {
  const tokens = await tokensIn(scene, storage);
  const others = secretsOf(scene.emulator).filter((secret) => !tokens.includes(secret));
  const [sessions, vault] = [await dumpOf(storage, 'sessions'), await dumpOf(storage, 'vault')];
  expect(sessions).toContain('Maya Lind');
  expect(found(sessions, [...tokens, ...others])).toEqual([]);
  expect(found(vault, others)).toEqual([]);
  expect(found(vault, tokens)).toHaveLength(storage.sealed ? 0 : 2);
}

for (const [how, strategy] of Object.entries({
  'as it is by default': {},
  'with an encryptionKey': { encryptionKey: 'of thirty-two characters or more' },
})) {
  const storage: Storage = { store: new RecordingStore(), sealed: 'encryptionKey' in strategy };
  const { store } = storage;
  const app: AttackOptions['app'] = { session: { store }, strategy: { pkce: true, ...strategy } };
  attack(
    'J6',
    `no token, code, verifier or client secret is in a session record ${how}`,
    async (scene) => {
      const { emulator, browser } = scene;
      store.clear();
      const callback = await comeBack(emulator, await openLogin(browser));
      const pending = `${await dumpOf(storage, 'vault')} ${await dumpOf(storage, 'sessions')}`;
      expect((await browser.get(callback)).location).toBe('/home');

      const [code = ''] = emulator.requestsTo('token').map(({ body }) => (body as { code: string }).code);
      const secrets = secretsOf(emulator);
      const { client_secret, code_verifier } = emulator.requests.last('token')?.body as Record<string, string>;
      expect(secrets).toEqual(expect.arrayContaining([code, client_secret, code_verifier]));
      // A verifier must be stored until it is used; sealed, it cannot be read there.
      expect(found(pending, secrets)).toEqual(storage.sealed ? [] : [code_verifier?.slice(0, 6)]);

      await expectClean(scene, storage);
      expect((await browser.get('/api')).status).toBe(200);
      await expectClean(scene, storage);
      emulator.expireAccessTokens();
      expect((await browser.get('/api')).status).toBe(200);
      expect(emulator.requestsTo('token')).toHaveLength(2);
      await expectClean(scene, storage);
    },
    { app, signsIn: true },
  );
}

{
  const store = new RecordingStore();
  attack(
    'J8',
    'the record of a pending sign-in or of a grant is not a session',
    async ({ emulator, browser, anotherBrowser }) => {
      store.clear();
      await signIn(emulator, browser);
      const ours = sessionIdOf(browser);
      // The holder of the secret gets in, so the record itself keeps others out.
      expect((await anotherBrowser().get('/api', { cookie: cookieFor(ours) })).status).toBe(200);
      await openLogin(browser);
      const keys = Object.keys(await store.records()).filter((key) => key !== ours);
      const kinds = keys.map(
        async (key) => /"kind":"([\w-]+)"/.exec(JSON.stringify((await store.records())[key]))?.[1],
      );
      expect((await Promise.all(kinds)).sort()).toEqual(['grant', 'sign-in']);

      for (const key of keys) {
        const intruder = anotherBrowser();
        const cookie = cookieFor(key);
        expect(JSON.parse((await intruder.get('/me', { cookie })).text)).toEqual({ user: null, connected: false });
        expect((await intruder.get('/api', { cookie })).status).toBe(401);
      }
      expect((await browser.get('/api')).status).toBe(200);
    },
    { app: { session: { store } }, signsIn: true },
  );

  attack(
    'J8b',
    'a session or a grant is no pending sign-in, and a pending sign-in no grant',
    async ({ emulator, browser, anotherBrowser }) => {
      store.clear();
      await signIn(emulator, browser);
      const [ours, [grantId = '']] = [sessionIdOf(browser), await store.grantIds()];
      const raw = async (key: string): Promise<string> => JSON.stringify((await store.records())[key]);
      const before = Object.keys(await store.records());
      emulator.requests.clear();

      for (const other of [ours, `mcg_${grantId}`]) {
        const callback = await comeBack(emulator, await openLogin(browser));
        const pending = Object.keys(await store.records()).find((key) => !before.includes(key)) ?? '';
        const [own, foreign] = [await raw(pending), await raw(other)];
        store.plant(pending, foreign);
        expect((await browser.get(callback)).status).toBe(403);
        expect(await raw(pending)).toBe(foreign);
        expect(emulator.requestsTo('token')).toHaveLength(0);

        // The record in a grant's place, for the session that holds this grant.
        const grant = await raw(`mcg_${grantId}`);
        store.plant(`mcg_${grantId}`, own);
        expect((await anotherBrowser().get('/api', { cookie: browser.cookie })).status).toBe(401);
        store.plant(`mcg_${grantId}`, grant);
        expect((await browser.get('/api')).status).toBe(200);

        // And in its own place again it is what it was.
        store.plant(pending, own);
        expect((await browser.get(callback.replace('code=', 'code=x&code='))).status).toBe(400);
        store.destroy(pending);
      }
      expect(emulator.requestsTo('token')).toHaveLength(0);
    },
    { app: { session: { store } }, signsIn: true },
  );
}
