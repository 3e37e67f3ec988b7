import { expect } from '@jest/globals';
import { attack, printed, signIn } from '../support/attack';
import { altered, CANARY_TOKENS, expectEach, outcomeOf, signInDuring, spoilt, without } from '../support/token-answers';

attack('G1', 'an answer that is not a JSON object is refused', async (scene) => {
  const texts = {
    null: 'null',
    'an empty list': '[]',
    'a list with the answer': `[${JSON.stringify(CANARY_TOKENS)}]`,
    'a number': '42',
    'a string': '"CANARY"',
    true: 'true',
    nothing: '',
    blanks: ' \r\n\t ',
    'a BOM': '\u{feff}',
    'brackets that do not match': '{]',
    'an unclosed nest': '['.repeat(100_000),
    'a closed nest': '['.repeat(100_000) + ']'.repeat(100_000),
    'an unclosed nest of objects': '{"a":'.repeat(100_000),
  };
  await expectEach(
    scene,
    {
      ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { body: text }])),
      'a truncated answer': spoilt((tokens) => JSON.stringify(tokens).slice(0, -1)),
      'an answer with more behind it': spoilt((tokens) => `${JSON.stringify(tokens)}x`),
      'bytes that are no UTF-8': { body: Buffer.from([0xff, 0xfe, 0x00, 0x7b]) },
    },
    '502 invalid_response',
  );
});

attack('G1b', 'a byte order mark, and deep nesting in an unread member, are accepted', async (scene) => {
  const nest = '['.repeat(100_000) + ']'.repeat(100_000);
  const deep = altered((tokens) => JSON.stringify(tokens).replace(/\}$/, `,"more":${nest}}`));
  const marked = altered((tokens) => `\u{feff}${JSON.stringify(tokens)}`);
  await expectEach(scene, { deep, marked }, '302 /home');
});

attack('G2', 'HTML or a form is not a token answer', async (scene) => {
  const form = new URLSearchParams({ ...CANARY_TOKENS, token_type: 'Bearer', expires_in: '1079' }).toString();
  const html = { 'content-type': 'text/html' };
  await expectEach(
    scene,
    {
      'a page that reads like a form': { body: '<p>&access_token=CANARY-x', headers: html },
      'a form': { body: form, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      'a form that says it is JSON': { body: form },
      'a good answer that says it is a page': { ...spoilt((tokens) => tokens), headers: html },
    },
    '502 invalid_response',
  );
});

attack('G3', 'only an answer with a JSON content type is read', async (scene) => {
  const typed = (type: string | undefined) => ({ headers: { 'content-type': type } });
  await expectEach(
    scene,
    Object.fromEntries(
      [
        undefined,
        '',
        'text/plain',
        'application/jsonp',
        'text/jsonp',
        'application/json-seq',
        'x application/json',
      ].map((type) => [String(type), { ...spoilt((tokens) => tokens), ...typed(type) }]),
    ),
    '502 invalid_response',
  );
  await expectEach(
    scene,
    Object.fromEntries(
      [
        'application/json',
        'application/json;charset=utf-8',
        'application/json; charset=utf-8',
        'APPLICATION/JSON',
        'text/json',
      ].map((type) => [type, { ...altered((tokens) => tokens), ...typed(type) }]),
    ),
    '302 /home',
  );
});

const NO_TOKENS = {
  'an empty string': '',
  'a number': 42,
  'an object': { CANARY: 1 },
  'a list': ['CANARY-x'],
  true: true,
  'a blank in it': 'CANARY x',
  'a line break in it': 'CANARY\r\nX-Injected: 1',
  'NUL in it': 'CANARY\u0000',
  'letters outside ASCII': 'CANARY-ü',
  '64 KB': `CANARY${'x'.repeat(65_530)}`,
};

attack('G4', 'an invalid access token is refused', async (scene) => {
  const bad = { ...NO_TOKENS, null: null };
  await expectEach(
    scene,
    {
      missing: spoilt((tokens) => without(tokens, 'access_token')),
      ...Object.fromEntries(
        Object.entries(bad).map(([name, token]) => [name, spoilt((tokens) => ({ ...tokens, access_token: token }))]),
      ),
    },
    '502 invalid_response',
  );
});

attack('G4b', 'an invalid refresh token is refused, an empty one counts as absent', async (scene) => {
  const { 'an empty string': empty, ...others } = NO_TOKENS;
  await expectEach(scene, { empty: altered((tokens) => ({ ...tokens, refresh_token: empty })) }, '302 /home');
  await expectEach(
    scene,
    Object.fromEntries(
      Object.entries(others).map(([name, token]) => [name, spoilt((tokens) => ({ ...tokens, refresh_token: token }))]),
    ),
    '502 invalid_response',
  );
});

attack('G5', 'only a bearer token is accepted, in any letter case', async (scene) => {
  await expectEach(
    scene,
    {
      missing: spoilt((tokens) => without(tokens, 'token_type')),
      ...Object.fromEntries(
        ['mac', 'DPoP', '', 'Bearer ', 'bearer,mac', null, 1, ['Bearer'], { toString: 'Bearer' }].map((type) => [
          JSON.stringify(type),
          spoilt((tokens) => ({ ...tokens, token_type: type })),
        ]),
      ),
    },
    '502 invalid_response',
  );
  await expectEach(
    scene,
    Object.fromEntries(
      ['bearer', 'Bearer', 'BEARER'].map((type) => [type, altered((tokens) => ({ ...tokens, token_type: type }))]),
    ),
    '302 /home',
  );
});

attack('G6', 'a lifetime that is not a positive integer is refused', async (scene) => {
  const written = [
    '-5',
    '"soon"',
    'null',
    '[]',
    '[1079]',
    '{}',
    'NaN',
    'Infinity',
    '1e18',
    '1e999',
    '1.5',
    '0',
    'true',
  ];
  const spelt = ['""', '"-5"', '"0"', '"1.5"', '"1e3"', '" 1079"', '"0x10"', '"99999999999999999999"'];
  await expectEach(
    scene,
    {
      missing: spoilt((tokens) => without(tokens, 'expires_in')),
      ...Object.fromEntries(
        [...written, ...spelt].map((life) => [
          life,
          spoilt((tokens) => JSON.stringify(tokens).replace('"expires_in":1079', `"expires_in":${life}`)),
        ]),
      ),
    },
    '502 invalid_response',
  );
  await expectEach(
    scene,
    Object.fromEntries(
      [1079, '1079'].map((life) => [JSON.stringify(life), altered((tokens) => ({ ...tokens, expires_in: life }))]),
    ),
    '302 /home',
  );
});

attack(
  'G6b',
  'a very long lifetime counts as one day',
  async ({ emulator, browser, app }) => {
    const before = Date.now();
    const ages = altered((tokens) => ({ ...tokens, expires_in: 1e12 }));
    expect(outcomeOf(await signInDuring(emulator, browser, ages))).toBe('302 /home');
    const grantId = JSON.parse((await browser.get('/grant')).text) as string;
    const { expiresAt } = await app.strategy.credentials(grantId);
    expect(expiresAt).toBeGreaterThanOrEqual(before + 86_400_000);
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + 86_400_000);
  },
  {
    app: { routes: (app) => app.get('/grant', (req, res) => void res.json(req.marketingCloud.grantId)) },
    signsIn: true,
  },
);

attack('G7', 'an answer with an error member is a failure, with or without tokens', async (scene) => {
  await expectEach(
    scene,
    {
      'an error alone': { body: { error: 'invalid_grant' } },
      'an error beside tokens': spoilt((tokens) => ({ ...tokens, error: 'invalid_grant' })),
      'an error that is no word': spoilt((tokens) => ({ ...tokens, error: { CANARY: 1 } })),
      'an error of null': spoilt((tokens) => ({ ...tokens, error: null })),
      'an empty error': spoilt((tokens) => ({ ...tokens, error: '' })),
    },
    '502 invalid_response',
  );
});

attack(
  'G8',
  'a refusal that echoes the request reveals nothing',
  async (scene) => {
    const { emulator, app } = scene;
    const echo = (): string => emulator.requestsTo('token').at(-1)?.rawBody ?? '';
    for (const [status, outcome] of [
      [200, '502 invalid_response'],
      [400, '502 invalid_response'],
      [401, '502 invalid_response'],
      [403, '502 invalid_response'],
      [429, '503 rate_limited'],
      [500, '503 upstream_unavailable'],
    ] as const) {
      const saying = (say: () => unknown) => ({ status, body: {}, transform: say });
      await expectEach(
        scene,
        {
          description: saying(() => ({ error: 'invalid_request', error_description: echo() })),
          uri: saying(() => ({ error: 'invalid_request', error_uri: `https://x.example/?${echo()}` })),
          word: saying(() => ({ error: echo() })),
          text: saying(echo),
          message: saying(() => ({ message: echo(), errorcode: 0, documentation: echo() })),
        },
        outcome,
      );
    }
    expect(echo()).toMatch(/"code_verifier":".{43}/);
    expect(echo()).toContain('"client_secret":"');
    expect(app.errors).toHaveLength(30);
    expect(app.errors.map(printed).join()).not.toContain('redirect_uri');
  },
  { app: { strategy: { pkce: true } } },
);

attack('G8b', 'an echo in a header or in the status text reveals nothing', async (scene) => {
  const { emulator } = scene;
  const { clientSecret = '' } = emulator.strategyOptions();
  expect(clientSecret).not.toBe('');
  await expectEach(
    scene,
    {
      header: { status: 401, headers: { 'www-authenticate': `Bearer error_description="${clientSecret}"` } },
      phrase: {
        raw: `HTTP/1.1 400 ${clientSecret}\r\nX-Echo: ${clientSecret}\r\nContent-Type: ${clientSecret}\r\nContent-Length: 0\r\n\r\n`,
      },
    },
    '502 invalid_response',
  );
});

attack('G9', 'the last of repeated keys counts', async (scene) => {
  const json = (tokens: object): string => JSON.stringify(tokens);
  const [member] = /"access_token":"[^"]*",/.exec(json(CANARY_TOKENS)) ?? [''];
  await expectEach(
    scene,
    { 'a good one last': altered((tokens) => json(tokens).replace('{', `{${member}"token_type":"mac",`)) },
    '302 /home',
  );
  await expectEach(
    scene,
    {
      'a bad type last': spoilt((tokens) => json(tokens).replace(/\}$/, ',"token_type":"mac"}')),
      'a bad token last': spoilt((tokens) => json(tokens).replace(/\}$/, ',"access_token":null}')),
      'an error last': spoilt((tokens) => json(tokens).replace(/\}$/, ',"error":"invalid_grant"}')),
    },
    '502 invalid_response',
  );
});

attack('G9b', 'keys that belong to prototypes change nothing', async (scene) => {
  const planted = (tokens: object): string => {
    const evil = JSON.stringify({ admin: 1, error: 'invalid_grant', expires_in: 1, ...CANARY_TOKENS });
    return JSON.stringify(tokens).replace('{', `{"__proto__":${evil},"constructor":{"prototype":${evil}},`);
  };
  await expectEach(scene, { 'beside a good answer': altered(planted) }, '302 /home');
  await expectEach(
    scene,
    { 'in place of one': altered((tokens) => planted(without(tokens, 'access_token'))) },
    '502 invalid_response',
  );
  expect(Reflect.get({}, 'admin')).toBeUndefined();
  expect(Reflect.get(Object, 'admin')).toBeUndefined();
  expect((await signIn(scene.emulator, scene.anotherBrowser())).location).toBe('/home');
});
