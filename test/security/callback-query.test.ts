import { expect } from '@jest/globals';
import type { RequestHandler } from 'express';
import type { Emulator } from '../../src/emulator';
import { attack, comeBack, expectRejected, openLogin, printed, signIn } from '../support/attack';
import type { Browser, Reply } from '../support/browser';

/** A callback that has come for this browser and is still to be opened, whole and in its parts. */
interface Waiting {
  readonly callback: string;
  readonly code: string;
  readonly state: string;
}

async function waitingCallback(emulator: Emulator, browser: Browser): Promise<Waiting> {
  const callback = await comeBack(emulator, await openLogin(browser));
  const query = new URL(callback, browser.origin).searchParams;
  return { callback, code: query.get('code') ?? '', state: query.get('state') ?? '' };
}

/** A fresh state of this browser. */
async function freshState(browser: Browser): Promise<string> {
  return (await openLogin(browser)).searchParams.get('state') ?? '';
}

/** A parameter repeated and nested in every way that some query parser makes a list or an object of. */
function polluted(name: string, value: string): string[] {
  const plain = `${name}=${value}`;
  const encoded = `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`;
  const nestings = [
    '[]',
    '[0]',
    '[1]',
    '[x]',
    '[__proto__]',
    '[constructor][prototype]',
    '[length]',
    '[toString]',
    '[',
  ];
  return [
    `${plain}&${plain}`,
    `${plain}&${name}=b`,
    `${name}=a&${plain}`,
    `${plain}&${name}=`,
    `${name}=&${plain}`,
    `${plain}&${name}`,
    `${plain}&${encoded}=b`,
    ...[...nestings, '%5B%5D', '%5b__proto__%5d'].flatMap((nesting) => [
      `${name}${nesting}=${value}`,
      `${plain}&${name}${nesting}=b`,
      `${name}${nesting}=b&${plain}`,
    ]),
  ];
}

/** Opens a callback with each of the queries and expects each to be refused like this. */
async function expectEachRefused(
  emulator: Emulator,
  browser: Browser,
  queries: readonly string[],
  status: number,
): Promise<void> {
  for (const query of queries) {
    const reply = await browser.get(`/cb?${query}`);
    expect([query.slice(0, 100), reply.status, reply.location]).toEqual([query.slice(0, 100), status, '']);
    expectRejected(reply, emulator, [status]);
  }
}

attack(
  'E1',
  'a code that is repeated or nested is refused, and nothing is consumed',
  async ({ emulator, browser }) => {
    const { callback, code, state } = await waitingCallback(emulator, browser);
    const queries = [
      `state=${state}&code[length]=1`,
      ...polluted('code', code).map((query) => `state=${state}&${query}`),
      ...polluted('code', 'a').map((query) => `${query}&state=${state}`),
    ];
    await expectEachRefused(emulator, browser, queries, 400);
    expect((await browser.get(callback)).location).toBe('/home');
    expect(emulator.requestsTo('token').map(({ body }) => body)).toEqual([expect.objectContaining({ code })]);
  },
  { signsIn: true },
);

attack(
  'E2',
  'a state, tssd, error or iss that is repeated or nested is refused, and nothing is consumed',
  async ({ emulator, browser }) => {
    const { callback, code, state } = await waitingCallback(emulator, browser);
    const { subdomain } = emulator.strategyOptions();
    const good = `code=${code}&state=${state}`;
    const queries = [
      ...polluted('state', state).map((query) => `code=${code}&${query}`),
      ...polluted('tssd', subdomain).map((query) => `${good}&${query}`),
      ...polluted('iss', emulator.baseUrl('auth')).map((query) => `${good}&${query}`),
      ...polluted('error', 'access_denied').map((query) => `state=${state}&${query}`),
      ...['error=a&error=a', 'error=a&error=b', 'error[]=a', 'error[x]=a'].map((query) => `${good}&${query}`),
      ...polluted('error_description', 'no').map((query) => `state=${state}&error=access_denied&${query}`),
    ];
    await expectEachRefused(emulator, browser, queries, 400);
    expect((await browser.get(callback)).location).toBe('/home');
  },
  { signsIn: true },
);

attack(
  'E3',
  'a code beside an error is ignored: the error counts and consumes the state',
  async ({ emulator, browser }) => {
    for (const [error, status] of [
      ['access_denied', 403],
      ['user_not_licensed', 403],
      ['server_error', 502],
      ['none', 502],
    ] as const) {
      const { callback } = await waitingCallback(emulator, browser);
      const reply = await browser.get(`${callback}&error=${error}`);
      expect([reply.status, reply.headers['cache-control']]).toEqual([status, 'no-store']);
      expectRejected(await browser.get(callback), emulator, [403]);
    }
    expect(emulator.requests.to('userinfo')).toHaveLength(0);
  },
);

attack('E4', 'denied access is reported and consumes the state', async (scene) => {
  const { emulator, browser, another } = scene;
  const { callback, state } = await waitingCallback(emulator, browser);
  const denied = `/cb?error=access_denied&error_description=CANARY&state=${state}`;
  expectRejected(await browser.get(denied), emulator, [403]);
  expectRejected(await browser.get(callback), emulator, [403]);

  for (const [options, location] of [
    [{ failureRedirect: '/denied' }, '/denied'],
    [{ refusalUrl: '/denied' }, '/denied?code=access_denied'],
  ] as const) {
    const other = (await another({ callback: options })).browser();
    const reply = await other.get(`/cb?error=access_denied&error_description=CANARY&state=${await freshState(other)}`);
    expect([reply.status, reply.location, reply.headers['cache-control']]).toEqual([302, location, 'no-store']);
    expect(reply.text).not.toContain('CANARY');
  }
});

attack('E5', 'an error without a state of this browser does not reach the app', async (scene) => {
  const { emulator, browser, anotherBrowser, app, another } = scene;
  const { callback, state: spent } = await waitingCallback(emulator, browser);
  await browser.get(`/cb?error=access_denied&state=${spent}`);
  const foreign = await freshState(anotherBrowser());
  const refusing = await another({ callback: { refusalUrl: '/failed' } });

  for (const error of ['access_denied', 'user_not_licensed', 'server_error', 'CANARY', '%3Cscript%3ECANARY']) {
    const says = `error=${error}&error_description=CANARY&error_uri=https://CANARY.example`;
    for (const state of ['', `&state=${'A'.repeat(43)}`, `&state=${foreign}`, `&state=${spent}`]) {
      expectRejected(await browser.get(`/cb?${says}${state}`), emulator, [403]);
      const { location } = await refusing.browser().get(`/cb?${says}${state}`);
      expect(location).toBe('/failed?code=invalid_state');
    }
  }
  expect([...app.errors, ...refusing.errors]).toEqual([]);
  expectRejected(await browser.get(callback), emulator, [403]);
});

const LONG = 'CANARY'.repeat(11_000);

/** As they go over the wire. */
const HOSTILE: readonly string[] = [
  '%3Cscript%3Ealert(%22CANARY%22)%3C/script%3E',
  '<script>alert("CANARY")</script>',
  '%22%3E%3Cimg%20src=x%20onerror=CANARY%3E',
  'CANARY%0D%0ASet-Cookie:%20CANARY=1%0D%0A%0D%0ACANARY',
  'CANARY%0aLocation:%20https://CANARY.example',
  '%1B[31mCANARY%1B[0m%1B]0;CANARY%07',
  '%E2%80%AECANARY%E2%81%A6',
  'CANARY%00',
  '%ED%A0%80CANARY%ED%BF%BF',
  '%uD800CANARY',
  LONG,
];

/** Characters that must not occur in the package's log lines or pages. */
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffd]/;

/** A way in, beside the harness's own, that shows all it is told. */
const talkative = {
  server: { maxHeaderSize: 4_194_304 },
  routes: (express, strategy, passport) => {
    express.get('/told', (req, res, next) => {
      const tell = (error: unknown, user: unknown, info: unknown, status: unknown): void => {
        res.type('text').send([error, user, info, status].map(printed).join('\n'));
      };
      (passport.authenticate(strategy.name, tell) as RequestHandler)(req, res, next);
    });
  },
} satisfies NonNullable<Parameters<typeof attack>[3]>['app'];

attack(
  'E6',
  'the text of an error is in no page, no header and no error object',
  async ({ emulator, browser }) => {
    const queries = HOSTILE.flatMap((text) => [
      `error=${text}`,
      `error=access_denied&error_description=${text}&error_uri=https://a.example`,
      `error=server_error&error_description=${text}`,
      `error=user_not_licensed&error_uri=${text}`,
      `error=server_error&error_description=${text}&error_uri=${text}`,
    ]);
    const replies: Reply[] = [];
    for (const query of queries) {
      replies.push(await browser.get(`/cb?${query}&state=${await freshState(browser)}`));
      const told = await browser.get(`/told?${query}&state=${await freshState(browser)}`);
      expect(told.text).toMatch(/invalid_callback|access_denied|user_not_licensed|authorization_failed/);
      expect(told.text).not.toMatch(UNPRINTABLE);
      replies.push(told);
    }
    for (const { headers } of replies) {
      expect(headers['cache-control']).toBe('no-store');
      expect(headers).not.toHaveProperty('location');
      expect(JSON.stringify(headers)).not.toMatch(/script|CANARY/);
    }
    expect(replies.some(({ status }) => status === 502)).toBe(true);
    expect(emulator.requestsTo('token')).toHaveLength(0);
  },
  { app: talkative },
);

attack(
  'E7',
  'a code must be visible ASCII of limited length; one of 512 characters works',
  async ({ emulator, browser }) => {
    const { callback, code, state } = await waitingCallback(emulator, browser);
    const codes = [
      '',
      ...['%20', '+', `%20${code}`, `${code}%20`, `${code}+x`, '%09'],
      ...['%00', `${code}%00`, `%00${code}`],
      ...['%0D%0A', `${code}%0D%0AX-Evil:%201`, `${code}%0A`, `${code}%0D`],
      ...['%C3%A9', `${code}%C3%A9`, `${code}%E2%80%8B`, `%EF%BC%A1`, `${code}%FF`, `${code}%7F`, `${code}%ED%A0%80`],
      ...['a'.repeat(4097), 'a'.repeat(65_536), '%41'.repeat(4097)],
    ];
    await expectEachRefused(
      emulator,
      browser,
      codes.map((one) => `state=${state}&code=${one}`),
      400,
    );
    expect(code).toHaveLength(512);
    expect((await browser.get(callback)).location).toBe('/home');
  },
  { app: { server: talkative.server }, signsIn: true },
);

attack('E7b', 'a code of 4,096 characters is sent unchanged', async ({ emulator, browser }) => {
  const code = '~!*()'.padEnd(4096, 'aZ9._-');
  expect((await browser.get(`/cb?state=${await freshState(browser)}&code=${code}`)).status).toBe(401);
  expect(emulator.requestsTo('token').map(({ body }) => body)).toEqual([expect.objectContaining({ code })]);
});

const MB = 1_048_576;
const DEEP = '[a]'.repeat(200);

/** Queries made to keep a server busy, given a state that is good. */
const EXCESSIVE: Readonly<Record<string, (state: string) => string>> = {
  'a code of 1 MB': (state) => `state=${state}&code=${'a'.repeat(MB)}`,
  'a state of 1 MB': () => `code=a&state=${'a'.repeat(MB)}`,
  'an encoded code of 1 MB': (state) => `state=${state}&code=${'%61'.repeat(MB / 3)}`,
  'a parameter of 1 MB and no code': (state) => `state=${state}&x=${'a'.repeat(MB)}`,
  'a name of 1 MB': (state) => `state=${state}&${'a'.repeat(MB)}`,
  'a name of 1 MB in brackets': (state) => `state=${state}&code[${'a'.repeat(MB)}]=a`,
  'a megabyte of ampersands': (state) => `state=${state}${'&'.repeat(MB)}code=a&code=b`,
  'a megabyte of brackets': (state) => `state=${state}&code${'['.repeat(MB)}`,
  'a megabyte of percent signs': (state) => `state=${state}&code=${'%'.repeat(MB)}`,
  '10,000 parameters': (state) => `state=${state}&${numbered((index) => `p${index}=${index}`)}&code=a&code=b`,
  '10,000 codes': (state) => `state=${state}&${numbered(() => 'code=a')}`,
  '10,000 members of a list': (state) => `state=${state}&${numbered((index) => `code[${index}]=a`)}`,
  '10,000 members of one object': (state) => `state=${state}&${numbered((index) => `x[p${index}]=a`)}`,
  'a nesting 200 deep': (state) => `state=${state}&code${DEEP}=a`,
  '1,000 nestings 200 deep': (state) => `state=${state}&${`x${DEEP}=a&`.repeat(1000)}code${DEEP}=a`,
};

function numbered(parameter: (index: number) => string): string {
  return Array.from({ length: 10_000 }, (_, index) => parameter(index)).join('&');
}

/** A request made three times: its last reply, and the least CPU time that this process, client and server, spent on one. */
async function leastCpuOf(act: () => Promise<Reply>): Promise<{ reply: Reply; cpuMs: number }> {
  const once = async (): Promise<{ reply: Reply; cpuMs: number }> => {
    const before = process.cpuUsage();
    const reply = await act();
    const { user, system } = process.cpuUsage(before);
    return { reply, cpuMs: (user + system) / 1000 };
  };
  const [first, second, third] = [await once(), await once(), await once()];
  return { reply: third.reply, cpuMs: Math.min(first.cpuMs, second.cpuMs, third.cpuMs) };
}

attack(
  'E8',
  'a query of 1 MB, 10,000 parameters or 200 levels is refused at once, and nothing is consumed',
  async ({ emulator, browser }) => {
    const { callback, state } = await waitingCallback(emulator, browser);
    for (const [name, query] of Object.entries(EXCESSIVE)) {
      const target = `/cb?${query(state)}`;
      const { reply, cpuMs } = await leastCpuOf(() => browser.get(target));
      expect([name, reply.status]).toEqual([name, 400]);
      expectRejected(reply, emulator, [400]);
      expect(`${name}: ${cpuMs < 100 ? 'quick' : `${cpuMs} ms`}`).toBe(`${name}: quick`);
    }
    expect((await browser.get(callback)).location).toBe('/home');
  },
  { app: { server: talkative.server }, signsIn: true },
);

attack(
  'E8b',
  'a server with Node’s default limit rejects such a query',
  async ({ emulator, browser }) => {
    const state = await freshState(browser);
    expect((await browser.get(`/cb?state=${state}&code=${'a'.repeat(20_000)}`)).status).toBe(431);
    expect((await signIn(emulator, browser)).location).toBe('/home');
  },
  { signsIn: true },
);
