import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, jest, test } from '@jest/globals';
import { MarketingCloudError, requireMarketingCloud, type Credentials } from '../../src';
import { knownFaults, type Fault } from '../../src/emulator';
import { attack, comeBack, expectNoSecret, openLogin, printed, secretsOf, signIn } from '../support/attack';
import { grantScene, LIFETIME_MS } from '../support/grant-scene';

test('M1 a whole life with DEBUG=* and undici’s debug log prints no secret', async () => {
  const child = fork(join(__dirname, '..', 'support', 'life-cycle-child.ts'), {
    execArgv: ['-r', 'esbuild-register'],
    env: { ...process.env, DEBUG: '*,-esbuild-register', NODE_DEBUG: 'undici,fetch' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  let secrets: string[] = [];
  child.once('message', (message) => (secrets = message as string[]));
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(0);
  expect(secrets.length).toBeGreaterThan(5);
  // It did log.
  expect(log).toMatch(/express-session|UNDICI/i);
  // Express's router prints each request's address, the callback's code in it; the log is not ours to mend.
  const rest = log.split('\n').filter((line) => !/express:|Express |\brouter/.test(line));
  expectNoSecret(rest.join('\n'), secrets);
}, 30_000);

attack(
  'M2',
  'a user with credentials shows no token by JSON, inspection, spread or entries, and shows it by name',
  async ({ emulator, app, browser }) => {
    app.express.get('/shown', requireMarketingCloud(), (req, res) => {
      const user = req.user as Express.User & { marketingCloud: Credentials };
      const shown = [
        JSON.stringify(user),
        JSON.stringify({ ...user }),
        JSON.stringify(Object.entries(user)),
        JSON.stringify(user.marketingCloud),
        JSON.stringify({ ...user.marketingCloud }),
        JSON.stringify(req.session),
        ...[user, user.marketingCloud, req, req.session].map((value) =>
          inspect(value, { depth: 10, showHidden: true }),
        ),
      ];
      res.json({
        leaks: shown.some((text) => text.includes(user.marketingCloud.accessToken)),
        length: user.marketingCloud.accessToken.length,
      });
    });
    await signIn(emulator, browser);
    expect(JSON.parse((await browser.get('/shown')).text)).toEqual({ leaks: false, length: 512 });
  },
  { signsIn: true, app: { strategy: { encryptionKey: 'a key of thirty-two characters, at least' } } },
);

/** How a token call may fail, by a name for the test. */
const FAILURES: Readonly<Record<string, Fault>> = {
  'invalid_grant that echoes the request': { transform: (body) => body, status: 400, body: { error: 'invalid_grant' } },
  invalid_client: { status: 401, body: { error: 'invalid_client' } },
  'a limit': knownFaults.rateLimited,
  'an outage': knownFaults.unavailable,
  'a page': { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<p>&access_token=CANARY' },
  'a broken connection': { drop: 'mid-body' },
  garbage: { raw: 'CANARY garbage\r\n\r\n' },
  'another tenant': {
    transform: (answer) => ({
      ...(answer as object),
      rest_instance_url: 'https://CANARY.rest.marketingcloudapis.com/',
    }),
  },
};

for (const [what, fault] of Object.entries(FAILURES)) {
  attack(
    `M3`,
    `the error for ${what}, at the sign-in and at the refresh, holds no secret and has its code`,
    async ({ emulator, app, browser }) => {
      emulator.fault('token', fault);
      await signIn(emulator, browser);
      emulator.clearFaults();
      const other = app.browser();
      await other.get(await comeBack(emulator, await openLogin(other)));
      emulator.fault('token', fault);
      emulator.expireAccessTokens();
      await other.get('/api');
      await other.get('/api');
      for (const error of app.errors) {
        expect(error).toBeInstanceOf(MarketingCloudError);
        const { code, status, hint } = error as MarketingCloudError;
        expect([code, hint]).toEqual([expect.stringMatching(/^[a-z_]+$/), expect.stringMatching(/\.$/)]);
        expect([401, 502, 503, 504]).toContain(status);
        expectNoSecret(printed(error), [...secretsOf(emulator), 'CANARY']);
      }
    },
  );

  test(`M4 Express’s own error page in development shows no secret for ${what}`, async () => {
    const logged = jest.spyOn(console, 'error').mockReturnValue(undefined);
    const { emulator, app, pass } = await grantScene({ app: { callback: {} } });
    pass(LIFETIME_MS + 1_000);
    emulator.fault('token', fault);
    const browser = app.browser();
    const express = app.express as unknown as { settings: { env: string }; router: { stack: unknown[] } };
    express.settings.env = 'development';
    // Without the harness's own error handler, Express's answers.
    express.router.stack.pop();
    const reply = await signIn(emulator, browser);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    const printedByExpress = inspect(logged.mock.calls, { depth: 10, showHidden: true });
    logged.mockRestore();
    expectNoSecret(reply.text + printedByExpress, [...secretsOf(emulator), 'CANARY']);
  });
}

attack(
  'M5',
  'after the callback the browser is at a URL without code and state, and the response is not cached and sends no referrer',
  async ({ emulator, browser }) => {
    const reply = await signIn(emulator, browser);
    expect([reply.status, reply.location]).toEqual([302, '/home']);
    expect(reply.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  },
  { signsIn: true },
);

test('M7 events name strategies, tenants and hashes only', async () => {
  const events: unknown[] = [];
  const note = (event: unknown): void => void events.push(event);
  const names = [
    'refresh-finished',
    'refresh-shared',
    'refresh-failed',
    'rotation-lost',
    'vault-unavailable',
    'tenant-changed',
  ];
  const channels = names.map((name) => `passport-marketing-cloud:${name}`);
  for (const name of channels) subscribe(name, note);
  const { emulator, browser, grantId, pass } = await grantScene();
  for (const fault of [
    undefined,
    { status: 500, body: {} },
    FAILURES['another tenant'],
    { status: 400, body: { error: 'invalid_grant' } },
  ]) {
    pass(LIFETIME_MS + 20_000);
    const set = fault && emulator.fault('token', fault);
    await Promise.all([browser.get('/api'), browser.get('/api')]);
    set?.remove();
  }
  for (const name of channels) unsubscribe(name, note);
  expect(events.length).toBeGreaterThanOrEqual(5);
  expectNoSecret(JSON.stringify(events), [...secretsOf(emulator), grantId, 'maya', 'Maya']);
  const grant = createHash('sha256').update(grantId).digest('base64url');
  for (const event of events) expect(event).toMatchObject({ strategy: 'marketing-cloud', grant });
});

test('M8 no outgoing request has a secret in its path or query', async () => {
  const paths: string[] = [];
  const note = (message: unknown): void => void paths.push((message as { request: { path: string } }).request.path);
  subscribe('undici:request:create', note);
  const { emulator, browser, pass } = await grantScene();
  pass(LIFETIME_MS + 1_000);
  await browser.get('/api');
  unsubscribe('undici:request:create', note);
  expect(paths.length).toBeGreaterThanOrEqual(4);
  expectNoSecret(paths.join('\n'), secretsOf(emulator));
});
