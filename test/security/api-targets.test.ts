import { json } from 'node:stream/consumers';
import { expect } from '@jest/globals';
import type { Request } from 'express';
import type { MarketingCloud } from '../../src';
import { attack, signIn, type Scene } from '../support/attack';
import { watchOutgoing } from '../support/outgoing';

/** Ways to call Marketing Cloud, each with what came of it in a word. */
const WAYS = {
  get: (cloud: MarketingCloud, path: string) => cloud.rest.get(path).then(() => 'answered'),
  post: (cloud: MarketingCloud, path: string) => cloud.rest.post(path, { body: {} }).then(() => 'answered'),
  fetch: (cloud: MarketingCloud, path: string) =>
    cloud.fetch(path, { redirect: 'follow' }).then(({ status }) => `answered ${status}`),
};
const BY = Object.keys(WAYS) as (keyof typeof WAYS)[];

interface Failure {
  readonly name: string;
  readonly code?: string;
  readonly response?: { readonly status: number };
}

/** A call that the app is asked for, and what came of it: in a word, and which calls went out. */
type Ask = readonly [path: unknown, by: keyof typeof WAYS];
type Outcome = readonly [path: unknown, by: string, outcome: string, calls: readonly string[]];

/** An app that trusts its input: it makes the call that a request names, and reports the result. */
const trusting = {
  routes: (app: Scene['app']['express']): void => {
    const failed = ({ name, code, response }: Failure): string => [name, code, response?.status].join(' ').trim();
    async function callAll(req: Request): Promise<Outcome[]> {
      const outcomes: Outcome[] = [];
      for (const [path, by] of (await json(req)) as Ask[]) {
        const outgoing = watchOutgoing();
        const outcome = await WAYS[by](req.marketingCloud, path as string).catch((error: unknown) =>
          failed(error as Failure),
        );
        outgoing.stop();
        outcomes.push([path, by, outcome, outgoing.calls]);
      }
      return outcomes;
    }
    app.post('/call', (req, res, next) => {
      callAll(req).then((outcomes) => res.json(outcomes), next);
    });
  },
};

/** Has the app call each path in each way. */
async function callAll({ browser }: Scene, paths: readonly unknown[], ways = BY): Promise<Outcome[]> {
  const asks = paths.flatMap((path) => ways.map((by): Ask => [path, by]));
  const reply = await browser.send('/call', { method: 'POST', body: JSON.stringify(asks) });
  return JSON.parse(reply.text) as Outcome[];
}

async function expectThrows(scene: Scene, paths: readonly unknown[]): Promise<void> {
  const outcomes = await callAll(scene, paths);
  expect(outcomes).toHaveLength(paths.length * BY.length);
  expect(outcomes.filter(([, , outcome, calls]) => outcome !== 'TypeError' || calls.length > 0)).toEqual([]);
}

/** Calls that stay under the base URL; what the tenant's own server makes of them does not matter. */
async function expectStays(scene: Scene, restBaseUrl: string, paths: readonly string[]): Promise<void> {
  const outcomes = await callAll(scene, paths);
  expect(outcomes).toHaveLength(paths.length * BY.length);
  const strayed = outcomes.filter(([, by, , calls]) => {
    const [one = '', ...more] = calls;
    return more.length > 0 || !one.startsWith(`${by === 'post' ? 'POST' : 'GET'} ${restBaseUrl}/`);
  });
  expect(strayed).toEqual([]);
}

/** No paths at all, or paths that one parser or another takes for a host. */
const NO_PATHS: readonly unknown[] = [
  ...['//evil.example/x', '///evil.example', '/\\evil.example', '\\\\evil.example', '/\\/evil.example'],
  ...[
    'https://evil.example',
    'https:evil.example',
    'https:/evil.example',
    'HTTPS://evil.example',
    'http://evil.example',
  ],
  ...['@evil.example', ':8443/x', '.evil.example/x', 'x', '', ' /x', '/x y', '/x\ty', '/x\r\nHost: evil.example'],
  ...[
    '/\t/evil.example',
    '\t//evil.example',
    '/\u0000',
    '/x#y',
    '/ä',
    '/\ud800',
    '/\u2044evil.example',
    '\uff0f/evil.example',
  ],
  ...['javascript:alert(1)', 'data:,x', 'file:///etc/passwd', '?x', '/..//evil.example'],
  ...['/%2e%2e//evil.example', '/.%2e//evil.example', 7, null, undefined, {}, ['/x'], { toString: '/x' }],
];
const ODD_PATHS = [
  ...[
    '/%2f%2fevil.example',
    '/%5cevil.example',
    '/x@evil.example',
    '/@evil.example',
    '/x:8443',
    '/:8443',
    '/x//evil.example',
  ],
  ...[
    '/https://evil.example',
    '/?https://evil.example',
    '/x?//evil.example',
    '/x%2fy',
    '/x/../y',
    '/./x',
    '/;x',
    '/__proto__',
  ],
];

attack(
  'H5',
  'a path that would leave the tenant’s host throws, and any other stays on it',
  async (scene) => {
    const { subdomain } = scene.emulator.strategyOptions();
    const host = `${subdomain}.rest.marketingcloudapis.com`;
    await signIn(scene.emulator, scene.browser);
    await expectThrows(scene, NO_PATHS);
    await expectThrows(scene, [
      ...[`http://${host}/x`, `https://${host}.evil.example/x`, `https://${host}:8443/x`, `https://${host}./x`],
      ...[`https://user:password@${host}/x`, `https://${host}@evil.example/x`, `https://${host}\\@evil.example/x`],
      ...[`https://evil.example/${host}`, `https://evil.example?https://${host}/x`, `https://x.${host}/x`],
      ...[
        `https://mcemulator-harbour-books-eu1.rest.marketingcloudapis.com/x`,
        `https://${host.replace('rest', 'auth')}/x`,
      ],
      ...[
        `https://${host}//evil.example/x`,
        '/.//evil.example',
        '/x/..//evil.example',
        '/%2e//evil.example',
        `https://${host}/..//evil.example/x`,
        `//${host}/x`,
      ],
    ]);
    await expectStays(scene, `https://${host}`, [...ODD_PATHS, '/../x', '/%2e%2e/x', `https://${host}/x`]);
  },
  { emulator: { https: true }, app: trusting, signsIn: true },
);

attack(
  'H5b',
  'where base URLs have a path, a path that would leave it throws',
  async (scene) => {
    const { emulator, sink } = scene;
    const restBaseUrl = emulator.baseUrl('rest');
    await signIn(emulator, scene.browser);
    await expectThrows(scene, NO_PATHS);
    await expectThrows(scene, [
      ...['/..', '/../', '/../soap/x', '/../rest2/x', '/../../x', '/%2e%2e/soap/x', '/.%2E/soap/x', '/x/../../soap/x'],
      ...[
        sink.url,
        `${sink.url}/x`,
        restBaseUrl,
        `${restBaseUrl}x/y`,
        `${restBaseUrl}/../auth/v2/userinfo`,
        emulator.url,
      ],
      ...[emulator.baseUrl('auth') + '/v2/userinfo', restBaseUrl.replace('alpine', 'harbour') + '/x'],
    ]);
    await expectStays(scene, restBaseUrl, [...ODD_PATHS, `${restBaseUrl}/x`]);
  },
  { app: trusting, signsIn: true },
);

/** Paths whose way up shows once a proxy or a server has decoded them, once or twice, or cut off what follows a semicolon. */
const HIDDEN_WAYS_UP = [
  ...['/%2f..', '/%2f../soap', '/%2F%2f%2f../soap'],
  ...['/..%2fsoap', '/%2f..%2f../soap', '/x%2f..%2f..%2fsoap', '/%2e%2e%2Fsoap', '/..%5csoap', '/%5C..%5c..%5csoap'],
  ...[
    '/..%252fsoap',
    '/%252e%252e/soap',
    '/..%25252fsoap',
    '/x%252fy%2f..%2f..%2fsoap',
    `/%${'25'.repeat(5_000)}2f`,
    '/..;/soap',
    '/..;x=1/soap',
    '/..%3b/soap',
  ],
];

attack(
  'H5d',
  'where base URLs have a path, a path that leaves it once decoded throws',
  async (scene) => {
    const restBaseUrl = scene.emulator.baseUrl('rest');
    await signIn(scene.emulator, scene.browser);
    await expectThrows(scene, [...HIDDEN_WAYS_UP, ...HIDDEN_WAYS_UP.map((path) => `${restBaseUrl}${path}`)]);
    await expectStays(scene, restBaseUrl, [
      '/x%2fy',
      '/x%2f..%2fy',
      '/x/..%2fy',
      '/50%25',
      '/%zz',
      '/x;y=1/z',
      '/..x',
      '/x/%2f..',
    ]);
  },
  { app: trusting, signsIn: true },
);

attack(
  'H5e',
  'where the tenant is in the host, a key with an encoded slash goes out as it is written',
  async (scene) => {
    const { subdomain } = scene.emulator.strategyOptions();
    await signIn(scene.emulator, scene.browser);
    await expectStays(scene, `https://${subdomain}.rest.marketingcloudapis.com`, HIDDEN_WAYS_UP);
  },
  { emulator: { https: true }, app: trusting, signsIn: true },
);

const odd: readonly (readonly [string, string])[] = [
  ['@evil.example', '//evil.example'],
  ['__proto__', '\r\nX-Injected: 1'],
];

attack(
  'H5c',
  'a query and headers given to a call change neither its host nor its token',
  async (scene) => {
    const { emulator, browser, app } = scene;
    await signIn(emulator, browser);
    await browser.get('/odd-call');
    const sent = emulator.requests.last('rest');
    expect(app.errors).toEqual([]);
    expect(sent?.headers['host']).toBe(new URL(emulator.url).host);
    expect(sent?.headers['authorization']).toMatch(/^Bearer [\x21-\x7e]{20,}$/);
    expect(Object.entries(sent?.query ?? {})).toEqual(odd);
    expect(sent?.headers['x-injected']).toBeUndefined();
  },
  {
    app: {
      routes: (app) => {
        app.get('/odd-call', (req, res, next) => {
          const query = Object.fromEntries(odd);
          const headers = { Host: 'evil.example', AUTHORIZATION: 'Bearer of-another', 'X-Kept': '1' };
          req.marketingCloud.rest.get('/platform/v1/tokenContext', { query, headers }).then(() => res.end(), next);
        });
      },
    },
    signsIn: true,
  },
);

attack(
  'H6',
  'a redirect is not followed for any call, and the token is sent nowhere else',
  async (scene) => {
    const { emulator, sink } = scene;
    await signIn(emulator, scene.browser);
    const path = '/platform/v1/tokenContext';
    const restBaseUrl = emulator.baseUrl('rest');
    const locations = [
      ...[
        sink.url,
        `//127.0.0.1:${sink.port}/`,
        `${restBaseUrl}/platform/v1/endpoints`,
        '/elsewhere',
        'https://evil.example/',
      ],
      ...[
        `http://user:password@127.0.0.1:${sink.port}/`,
        `${restBaseUrl}@evil.example/`,
        'javascript:alert(1)',
        '',
        path,
      ],
    ];
    for (const status of [300, 301, 302, 303, 304, 305, 307, 308]) {
      for (const location of locations) {
        const struck = emulator.fault('rest', { status, headers: { location }, body: status === 304 ? undefined : {} });
        expect([location, await callAll(scene, [path])]).toEqual([
          location,
          [
            [path, 'get', `ApiError api_error ${status}`, [`GET ${restBaseUrl}${path}`]],
            [path, 'post', `ApiError api_error ${status}`, [`POST ${restBaseUrl}${path}`]],
            [path, 'fetch', `answered ${status}`, [`GET ${restBaseUrl}${path}`]],
          ],
        ]);
        struck.remove();
      }
    }
    const soap = `${emulator.baseUrl('soap')}/Service.asmx`;
    const struck = emulator.fault('soap', { status: 307, headers: { location: sink.url } });
    expect(await callAll(scene, [soap], ['fetch'])).toEqual([[soap, 'fetch', 'answered 307', [`GET ${soap}`]]]);
    expect(struck.hits).toBe(1);
  },
  { app: trusting, signsIn: true },
);
