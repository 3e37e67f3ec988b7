import { describe, expect, test } from '@jest/globals';
import { Strategy, type StrategyOptions } from '../../src';
import { attack, comeBack, openLogin, printed, signIn } from '../support/attack';

const GOOD = {
  subdomain: 'mc563885gzs27c5t9-63k636ttgm',
  clientID: 'a-client',
  clientSecret: 'CANARY-secret',
  callbackURL: 'https://app.example.com/cb',
};

/** Makes a strategy of valid options with some of them replaced by values of any type. */
function construct(changed: object): Strategy {
  return new Strategy({ ...GOOD, ...changed });
}

/** Expects a `TypeError` that names the option, and no value. */
function expectRefused(option: string, make: () => unknown): void {
  let thrown: unknown;
  try {
    make();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(TypeError);
  expect((thrown as Error).message).toMatch(new RegExp(`^Option ${option} [\\x20-\\x7e]+[.?]$`));
  expect(printed(thrown)).not.toContain('CANARY');
}

const NO_TEXTS: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  null: null,
  'an empty string': '',
  blanks: '  ',
  'a line break in it': 'CANARY\n',
  zero: 0,
  'a number': 42,
  true: true,
  'an object': { CANARY: 'CANARY' },
  'a String object': Object('CANARY') as unknown,
  'a symbol': Symbol('CANARY'),
};

describe('A1', () => {
  const refused = {
    subdomain: {
      ...NO_TEXTS,
      'a list': ['CANARY'],
      'a function': () => 'CANARY',
      'a host name': 'CANARY.auth.marketingcloudapis.com',
      'a URL': 'https://CANARY',
      'a dash in front': '-CANARY',
      'a dash behind': 'CANARY-',
      'an underscore': 'CAN_ARY',
      'a label of 64 characters': 'a'.repeat(64),
      'a letter whose lower case is ASCII': 'CANARY\u{212a}',
    },
    clientID: { ...NO_TEXTS, 'a list': ['CANARY'], 'a function': () => 'CANARY' },
    callbackURL: { ...NO_TEXTS, 'a list': ['CANARY'], 'a function': () => 'CANARY' },
  };
  for (const [option, values] of Object.entries(refused)) {
    test.each(Object.entries(values))(`A1 ${option} must not be %s`, (_name, value) => {
      expectRefused(option, () => construct({ [option]: value }));
    });
    test(`A1 ${option} must be there`, () => {
      const { [option]: _left, ...rest } = GOOD as Record<string, unknown>;
      expectRefused(option, () => new Strategy(rest as unknown as StrategyOptions & { passReqToCallback?: false }));
      const inherited = Object.assign(Object.create(GOOD) as object, rest);
      expectRefused(
        option,
        () => new Strategy(inherited as unknown as StrategyOptions & { passReqToCallback?: false }),
      );
    });
  }

  test.each<[string, unknown]>([
    ['Headers, whose members are not its own properties', new Headers({ 'x-own': 'CANARY' })],
    ['a Map', new Map([['x-own', 'CANARY']])],
    ['a length', { 'Content-Length': '7' }],
    ['a transfer encoding', { 'transfer-encoding': 'chunked' }],
    ['a host', { HOST: 'canary.example' }],
  ])('customHeaders must not be %s', (_name, customHeaders) => {
    expectRefused('customHeaders', () => construct({ customHeaders }));
  });

  // A secret may hold blanks and anything else but nothing; left out, it is a public app's.
  test.each(
    Object.entries({
      undefined: undefined,
      null: null,
      'an empty string': '',
      zero: 0,
      'a number': 42,
      true: true,
      false: false,
      'an object': { CANARY: 'CANARY' },
      'a String object': Object('CANARY') as unknown,
      'a symbol': Symbol('CANARY'),
      'an empty list': [],
      'a list with nothing in it': [''],
      'a list with a secret and nothing': ['CANARY', ''],
      'a list with a number': ['CANARY', 42],
      'a list with a gap': ['CANARY', undefined],
    }),
  )('A1 clientSecret must not be %s', (_name, value) => {
    expectRefused('clientSecret', () => construct({ clientSecret: value }));
  });

  test('A1 the options must be an object', () => {
    for (const options of [undefined, null, 'CANARY', 42]) {
      expect(() => new Strategy(options as never)).toThrow(TypeError);
    }
  });
});

{
  let answer: () => unknown;
  const clientSecret = () => answer() as string;
  attack(
    'A1b',
    'a secret function that fails ends the sign-in without a token call',
    async ({ emulator, anotherBrowser, app }) => {
      const answers: Record<string, () => unknown> = {
        'an empty string': () => '',
        nothing: () => undefined,
        'an empty list': () => [],
        'a list with nothing in it': () => ['CANARY-secret', ''],
        'a number': () => 42,
        'a promise of nothing': () => Promise.resolve(undefined),
        'an error': () => {
          throw new Error('CANARY-secret');
        },
        'a rejection': () => Promise.reject(new Error('CANARY-secret')),
        silence: () => new Promise(() => undefined),
      };
      for (answer of Object.values(answers)) {
        const reply = await signIn(emulator, anotherBrowser());
        expect([reply.status, reply.text]).toEqual([502, '{"error":"invalid_client"}']);
      }
      expect(app.errors).toHaveLength(Object.keys(answers).length);
      expect(emulator.requestsTo('token')).toHaveLength(0);
    },
    { app: { strategy: { clientSecret, timeout: 200 } } },
  );
}

describe('A2', () => {
  test.each([
    'http://{subdomain}.{service}.example.com',
    'http://api.example.com/{subdomain}/{service}',
    'http://localhost.example.com/{subdomain}/{service}',
    'http://127.0.0.1.example.com/{subdomain}/{service}',
    'http://0.0.0.0/{subdomain}/{service}',
    'http://10.0.0.1/{subdomain}/{service}',
    'http://[::ffff:127.0.0.1]/{subdomain}/{service}',
    'HTTP://{subdomain}.{service}.example.com',
    'ftp://127.0.0.1/{subdomain}/{service}',
    'javascript:{subdomain}{service}',
    'data:text/plain,{subdomain}{service}',
    'file:///{subdomain}/{service}',
    'https://{subdomain}.{service}.example.com:8443',
    'https://CANARY@{subdomain}.{service}.example.com',
    'https://CANARY:CANARY@{subdomain}.{service}.example.com',
    'https://@{subdomain}.{service}.example.com',
    'https://:@api.example.com/{subdomain}/{service}',
    'https://{subdomain}.{service}.marketingcloudapis.com@example.com',
    'https://{subdomain}:{service}@example.com',
    'http://127.0.0.1@example.com/{subdomain}/{service}',
    'https://{subdomain}.{service}.example.com?CANARY',
    'https://example.com/?{subdomain}.{service}',
    'https://{subdomain}.{service}.example.com#CANARY',
    'https://example.com/#{subdomain}.{service}',
    'https://{subdomain}.{service}.example.com?',
    'https://{subdomain}.{service}.example.com/#',
    'https://example.com',
    'https://{subdomain}.example.com',
    'https://{service}.example.com',
    'https://{Subdomain}.{Service}.example.com',
    'https://{subdomain}.{subdomain}.example.com',
    'https://{subdomain}.{service}.{service}.example.com',
    'https://{subdomain}.{service}',
    'https://{subdomain}.{service}/',
    'https://{service}.{subdomain}',
    'https://CANARY.{subdomain}{service}',
    'https://{subdomain}.example.com/{service}',
    'https://{service}.example.com/{subdomain}',
    '{service}://{subdomain}.example.com',
    '//{subdomain}.{service}.example.com',
    '/{subdomain}/{service}',
    '{subdomain}.{service}.example.com',
    'https:{subdomain}.{service}.example.com',
    'https:/{subdomain}.{service}.example.com',
    'https:///{subdomain}.{service}.example.com',
    'https://{subdomain}.{service}.example.com\\CANARY',
    'https://{subdomain}.{service}.example.com\n',
    ' https://{subdomain}.{service}.example.com',
    'https://{subdomain}.{service}.ex\tample.com',
    'https://{subdomain}.{service}.ex\u{e4}mple.com',
    'https://{subdomain}.{service}.example.com:99999',
    '',
  ])('A2 baseUrlTemplate must not be %j', (baseUrlTemplate) => {
    expectRefused('baseUrlTemplate', () => construct({ baseUrlTemplate }));
  });

  test.each(Object.entries(NO_TEXTS).filter(([, value]) => value !== undefined))(
    'A2 baseUrlTemplate must not be %s',
    (_name, baseUrlTemplate) => {
      expectRefused('baseUrlTemplate', () => construct({ baseUrlTemplate }));
    },
  );

  test.each([
    undefined,
    'https://{subdomain}.{service}.marketingcloudapis.com',
    'https://{subdomain}.{service}.marketingcloudapis.com/',
    'https://proxy.example.com/{subdomain}/{service}',
    'http://127.0.0.1:8080/{subdomain}/{service}',
    'http://localhost/{service}/{subdomain}',
    'https://[::1]:8443/{subdomain}/{service}',
  ])('A2 baseUrlTemplate may be %j', (baseUrlTemplate) => {
    expect(construct({ baseUrlTemplate })).toBeInstanceOf(Strategy);
  });
});

describe('A3', () => {
  test.each([
    '/cb',
    'cb',
    '//app.example.com/cb',
    'app.example.com/cb',
    'http://app.example.com/cb',
    'HTTP://app.example.com/cb',
    'http://localhost.example.com/cb',
    'http://127.0.0.1.example.com/cb',
    'http://127.0.0.1@app.example.com/cb',
    'http://0.0.0.0/cb',
    'http://192.168.0.1/cb',
    'http://[::2]/cb',
    'ftp://app.example.com/cb',
    'javascript:alert(1)',
    'data:text/html,CANARY',
    'https:app.example.com/cb',
    'https:/app.example.com/cb',
    'https://',
    'https://user:CANARY@app.example.com/cb',
    'https://app.example.com/cb#CANARY',
    'https://app.example.com\\cb',
    'https://app.example.com/c b',
    ' https://app.example.com/cb',
    'https://app.example.com/cb\n',
    'https://app.example.com:99999/cb',
  ])('A3 callbackURL must not be %j', (callbackURL) => {
    expectRefused('callbackURL', () => construct({ callbackURL }));
  });

  test.each([
    'https://app.example.com/cb',
    'https://app.example.com:8443/cb?a=b',
    'http://localhost:3000/cb',
    'http://127.0.0.1/cb',
    'http://[::1]:3000/cb',
  ])('A3 callbackURL may be %j', (callbackURL) => {
    expect(construct({ callbackURL })).toBeInstanceOf(Strategy);
  });
});

attack(
  'A3b',
  'redirect_uri is callbackURL, for every host that a request names',
  async ({ emulator, browser, app }) => {
    const evil = { host: 'evil.example', 'x-forwarded-host': 'evil.example' };
    const login = new URL((await browser.get('/login', evil)).location);
    expect(login.searchParams.get('redirect_uri')).toBe(`${app.origin}/cb`);
    expect((await browser.get(await comeBack(emulator, login), evil)).location).toBe('/home');
    expect(emulator.requestsTo('token')[0]?.body).toMatchObject({ redirect_uri: `${app.origin}/cb` });
  },
  { signsIn: true },
);

describe('A4', () => {
  test.each([
    { state: false },
    { state: true },
    { state: 'fixed' },
    { state: '' },
    { store: false },
    { store: { store: () => undefined, verify: () => true } },
  ])('A4 state cannot be switched off or fixed by %j', (changed) => {
    expectRefused(Object.keys(changed)[0] ?? '', () => construct(changed));
  });

  test.each([['plain'], ['S256'], ['none'], [''], [0], [1], [null], [{}]])('A4 pkce must not be %j', (pkce) => {
    expectRefused('pkce', () => construct({ pkce }));
  });

  test.each([{ authorizationURL: 'https://CANARY' }, { tokenURL: 'https://CANARY' }])(
    'A4 the endpoints cannot be set by %j',
    (changed) => {
      expectRefused(Object.keys(changed)[0] ?? '', () => construct(changed));
    },
  );
});

{
  let options: object = {};
  attack(
    'A4b',
    'state or endpoints set per request are an error; inherited ones do not count',
    async ({ browser, app }) => {
      const refused = [
        { state: 'x' },
        { state: '' },
        { state: true },
        { state: false },
        { state: { nested: 'x' } },
        { store: false },
        { authorizationURL: 'https://CANARY' },
        { tokenURL: 'https://CANARY' },
        { callbackURL: 'https://CANARY' },
      ];
      for (options of refused) {
        const reply = await browser.get('/login');
        expect([reply.status, reply.location]).toEqual([500, '']);
        expect(app.errors.at(-1)).toBeInstanceOf(TypeError);
        expect(app.errors.at(-1)).toMatchObject({ message: expect.stringContaining(Object.keys(options)[0] ?? '') });
      }
      expect(app.errors).toHaveLength(refused.length);
      options = Object.create({ state: 'x', callbackURL: 'https://evil.example' }) as object;
      const { searchParams } = await openLogin(browser);
      expect(searchParams.get('state')).toMatch(/^[\w-]{43}$/);
      expect(searchParams.get('redirect_uri')).toBe(`${app.origin}/cb`);
    },
    { app: { login: () => options } },
  );
}

describe('A5', () => {
  test.each([
    ['clientSecret', { clientSecret: undefined }],
    ['clientSecret', { clientSecret: '' }],
    ['clientSecret', { clientSecret: null }],
    ['clientSecret', { clientSecret: [] }],
    // Unset, it must not switch sealing off.
    ['encryptionKey', { encryptionKey: undefined }],
    ['encryptionKey', { encryptionKey: '' }],
    ['validateTentant', { validateTentant: true }],
    ['validateTentant', { validateTentant: 'CANARY' }],
    ['clientId', { clientId: 'CANARY' }],
    ['multitenant', { multitenant: true }],
    ['proxy', { proxy: true }],
    ['sessionKey', { sessionKey: 'CANARY' }],
    ['scopeSeparator', { scopeSeparator: ',' }],
    ['__proto__', JSON.parse('{ "__proto__": { "pkce": false } }') as object],
    ['constructor', { constructor: 'CANARY' }],
    ['toString', { toString: 'CANARY' }],
  ])('A5 %s is refused in %j', (option, changed) => {
    const options = Object.defineProperties({ ...GOOD }, Object.getOwnPropertyDescriptors(changed));
    expectRefused(option, () => new Strategy(options));
  });

  test.each(['timeout', 'vaultTimeout'])('A5 %s must not be longer than a timer can be', (option) => {
    expectRefused(option, () => construct({ [option]: 2 ** 31 }));
    expect(construct({ [option]: 2 ** 31 - 1 })).toBeInstanceOf(Strategy);
  });

  test('A5 a key without a value counts as left out where that weakens nothing', () => {
    expect(construct({ pkce: undefined, validateTentant: undefined, scope: undefined })).toBeInstanceOf(Strategy);
  });
});
