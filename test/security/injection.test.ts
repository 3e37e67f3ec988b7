import { inspect } from 'node:util';
import { expect } from '@jest/globals';
import { Strategy } from '../../src';
import type { Fault } from '../../src/emulator';
import { attack, comeBack, openLogin, printed, type Scene } from '../support/attack';
import type { Browser, Reply } from '../support/browser';
import { altered, expectEach, outcomeOf, signInDuring, spoilt } from '../support/token-answers';

/** Texts that would split a header if they got into one, as they are or after a careless change of encoding. */
const SPLITTING = {
  'CR LF': 'x\r\nX-Injected: 1\r\n\r\n<p>X-Injected</p>',
  LF: 'x\nX-Injected: 1',
  CR: 'x\rX-Injected: 1',
  NUL: 'x\u0000X-Injected: 1',
  'letters that end in the bytes of CR LF': 'x\u010d\u010aX-Injected: 1',
  'line separators': 'x\u2028\u2029\u0085X-Injected: 1',
  'a folded line': 'x\r\n X-Injected: 1',
  'CR LF at the end': 'X-Injected\r\n',
};
/** The same, encoded twice: the package never decodes it twice. */
const ENCODED = 'x%0d%0aX-Injected:%201';

/** Nothing was split: no reply and no request to Marketing Cloud has a header, or is one, that an attacker wrote. */
function expectWhole({ emulator }: Scene, browsers: readonly Browser[]): void {
  for (const { headers, text } of browsers.flatMap(({ replies }) => replies)) {
    expect(Object.keys(headers)).not.toContain('x-injected');
    expect(JSON.stringify(headers)).not.toMatch(/\\r|\\n|\\u0000/);
    expect(text).not.toContain('<p>X-Injected');
  }
  for (const { headers } of emulator.requests) {
    expect(Object.keys(headers)).not.toContain('x-injected');
    expect(JSON.stringify(headers)).not.toMatch(/\\r|\\n|\\u0000/);
  }
  expect(emulator.requestsTo('unknown')).toHaveLength(0);
}

/** Comes back from Marketing Cloud with one parameter of the callback set to a text. */
async function comeBackWith(scene: Scene, browser: Browser, name: string, value: string): Promise<Reply> {
  const callback = new URL(await comeBack(scene.emulator, await openLogin(browser)), scene.app.origin);
  callback.searchParams.delete(name);
  if (name === 'error') callback.searchParams.delete('code');
  return await browser.get(`${callback.pathname}${callback.search}&${name}=${encodeURIComponent(value)}`);
}

attack(
  'S1',
  'no parameter of a callback splits a header, in or out',
  async (scene) => {
    const outcomes: Record<string, readonly [plain: string, encoded: string]> = {
      code: ['400 Bad Request', '401 Unauthorized'],
      state: ['400 Bad Request', '403 Forbidden'],
      tssd: ['403 Forbidden', '403 Forbidden'],
      error: ['502 authorization_failed', '502 authorization_failed'],
      // A parameter that is not read does not affect a valid sign-in.
      error_description: ['302 /home', '302 /home'],
      error_uri: ['302 /home', '302 /home'],
      iss: ['302 /home', '302 /home'],
      other: ['302 /home', '302 /home'],
    };
    const browsers: Browser[] = [];
    for (const [name, [plain, encoded]] of Object.entries(outcomes)) {
      for (const text of [...Object.values(SPLITTING), ENCODED]) {
        const browser = scene.anotherBrowser();
        browsers.push(browser);
        const reply = await comeBackWith(scene, browser, name, text);
        expect([name, text, outcomeOf(reply)]).toEqual([name, text, text === ENCODED ? encoded : plain]);
      }
    }
    expectWhole(scene, browsers);
  },
  { timeoutMs: 60_000, app: { strategy: { multiTenant: true } } },
);

attack(
  'S1b',
  'a refusal with such a text is redirected to refusalUrl with its code only',
  async (scene) => {
    const browsers: Browser[] = [];
    for (const [name, code] of [
      ['code', 'invalid_callback'],
      ['state', 'invalid_callback'],
      ['tssd', 'tenant_not_allowed'],
    ] as const) {
      for (const text of Object.values(SPLITTING)) {
        const browser = scene.anotherBrowser();
        browsers.push(browser);
        const reply = await comeBackWith(scene, browser, name, text);
        expect([name, text, outcomeOf(reply)]).toEqual([name, text, `302 /refused?code=${code}`]);
      }
    }
    expectWhole(scene, browsers);
  },
  { app: { strategy: { multiTenant: true }, callback: { successRedirect: '/home', refusalUrl: '/refused' } } },
);

attack(
  'S1c',
  'no returnTo splits the redirect that it ends in',
  async (scene) => {
    const browsers: Browser[] = [];
    for (const text of [...Object.values(SPLITTING), ENCODED]) {
      for (const target of [
        `/login?returnTo=/${encodeURIComponent(text)}`,
        `/login?returnTo=${encodeURIComponent(text)}`,
      ]) {
        const browser = scene.anotherBrowser();
        browsers.push(browser);
        const reply = await browser.get(await comeBack(scene.emulator, await openLogin(browser, target)));
        expect([target, reply.location]).toEqual([target, '/home']);
      }
    }
    // In a query the bytes stay encoded, as the browser has sent them.
    const browser = scene.anotherBrowser();
    browsers.push(browser);
    const asked = '/api?x=%0d%0aX-Injected:%201';
    const { location } = await browser.get(asked, { accept: 'text/html' });
    expect(location).toBe(`/login?returnTo=${encodeURIComponent(asked)}`);
    const callback = await comeBack(scene.emulator, await openLogin(browser, location));
    expect((await browser.get(callback)).location).toBe(asked);
    expectWhole(scene, browsers);
  },
  {
    app: { login: (req) => (req.query['returnTo'] === undefined ? {} : { returnTo: req.query['returnTo'] as string }) },
  },
);

attack(
  'S1d',
  'no option of a login route and none of the strategy splits a header',
  async (scene) => {
    const { emulator, browser } = scene;
    for (const text of Object.values(SPLITTING)) {
      for (const name of ['scope', 'subdomain', 'accountId', 'refusalUrl']) {
        const reply = await browser.get(`/login?${name}=${encodeURIComponent(text)}`);
        expect([name, text, outcomeOf(reply)]).toEqual([name, text, '500 error']);
      }
      const good = { ...emulator.strategyOptions(), callbackURL: 'https://app.example/cb' };
      for (const bad of [
        { scope: text },
        { scope: ['offline', text] },
        { clientID: text },
        { callbackURL: `https://app.example/${text}` },
        { subdomain: text },
        { baseUrlTemplate: `https://{subdomain}.{service}.example/${text}` },
        { customHeaders: { 'x-own': text } },
        { customHeaders: { [text]: '1' } },
      ]) {
        expect(() => new Strategy({ ...good, ...bad })).toThrow(TypeError);
      }
    }
    const encoded = await browser.get(`/login?scope=${encodeURIComponent(ENCODED)}`);
    expect(new URL(encoded.location).searchParams.get('scope')).toBe(ENCODED);
    expectWhole(scene, [browser]);
  },
  { app: { login: (req) => ({ ...req.query }) } },
);

attack('S1e', 'no member of a token answer splits a header', async (scene) => {
  const each = (change: (text: string) => Fault): Record<string, Fault> =>
    Object.fromEntries(Object.entries(SPLITTING).map(([name, text]) => [name, change(text)]));
  for (const member of ['access_token', 'refresh_token', 'token_type', 'expires_in']) {
    await expectEach(
      scene,
      each((text) => spoilt((tokens) => ({ ...tokens, [member]: text }))),
      '502 invalid_response',
    );
  }
  const browsers: Browser[] = [];
  for (const text of Object.values(SPLITTING)) {
    const browser = scene.anotherBrowser();
    browsers.push(browser);
    const odd = altered((tokens) => ({ ...tokens, scope: `offline ${text}`, id_token: text, [text]: text }));
    expect([text, outcomeOf(await signInDuring(scene.emulator, browser, odd))]).toEqual([text, '302 /home']);
    expect([text, (await browser.get('/api')).status]).toEqual([text, 200]);
  }
  expectWhole(scene, browsers);
});

const LOUD = 'ATTACKER\r\n\u001b[2J\u001b]0;owned\u0007\u001b[31mERROR all is lost\u202e\u0000\u0085\u2028';

/** What an app's log could hold of an error, each on a line of its own. */
function logLines(error: unknown): string[] {
  const { name, message, code, hint, reason } = error as Record<string, unknown>;
  return [String(error), `${String(name)}: ${String(message)}`, JSON.stringify(error), [code, hint, reason].join(' ')];
}

attack(
  'S4',
  'no text from outside is in an error, so that each is one line of a log',
  async (scene) => {
    const { emulator, app, browser, anotherBrowser } = scene;
    for (const name of ['code', 'state', 'tssd', 'error', 'error_description', 'error_uri', 'iss']) {
      await comeBackWith(scene, anotherBrowser(), name, LOUD);
      await anotherBrowser().get(`/cb?${name}=${encodeURIComponent(LOUD)}`);
    }
    const loud = { error: LOUD, error_description: LOUD, error_uri: LOUD, message: LOUD, errorcode: LOUD };
    const page = { 'content-type': 'text/html' };
    const header = { 'www-authenticate': 'Bearer error="ATTACKER"', 'retry-after': 'ATTACKER' };
    const faults: Fault[] = [
      ...[400, 401, 403, 404, 429, 500, 503].flatMap((status) => [
        { status, body: loud },
        { status, body: LOUD, headers: { ...page, ...header } },
      ]),
      { body: LOUD },
      { raw: `HTTP/1.1 400 ATTACKER\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}` },
      { raw: LOUD },
      spoilt((tokens) => ({ ...tokens, token_type: LOUD, rest_instance_url: LOUD })),
      spoilt((tokens) => ({ ...tokens, rest_instance_url: `https://${LOUD}` })),
    ];
    for (const fault of faults) {
      await signInDuring(emulator, anotherBrowser(), fault);
      if (fault.transform === undefined) await signInDuring(emulator, anotherBrowser(), fault, 'userinfo');
    }
    // A name is the app's to show; it is no part of what we write.
    await signInDuring(
      emulator,
      browser,
      { transform: (json) => ({ ...(json as object), user: { sub: '7', name: LOUD, preferred_username: LOUD } }) },
      'userinfo',
    );
    for (const fault of faults.filter(({ transform }) => transform === undefined)) {
      const struck = emulator.fault('rest', fault);
      await browser.get(`/api?${encodeURIComponent(LOUD)}`, { 'user-agent': 'ATTACKER' });
      expect(struck.hits).toBeGreaterThan(0);
      struck.remove();
    }

    expect(app.errors.length).toBeGreaterThan(2 * faults.length);
    for (const error of app.errors) {
      expect(logLines(error).filter((line) => !/^[\x20-\x7e]*$/.test(line))).toEqual([]);
      expect(printed(error)).not.toMatch(/ATTACKER|owned/);
      expect(inspect(error)).toMatch(/^[\x20-\x7e\n]*$/);
    }
  },
  { timeoutMs: 60_000, app: { strategy: { multiTenant: true } }, signsIn: true },
);
