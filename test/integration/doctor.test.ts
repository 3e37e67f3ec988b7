import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { embedded, embeddedCookie, localHttps } from '../../src';
import { RULES } from '../../src/cli/doctor/rules';
import { knownFaults, type Emulator, type Fault } from '../../src/emulator';
import { emulatorVariables, examine } from '../support/doctor';
import { appAt, emulate } from '../support/scene';

const CALLBACK = 'https://127.0.0.1:9/auth/callback';
const DAY_MS = 86_400_000;

/** An emulator with one redirect URL, and the variables for it. */
async function scene(
  more: Record<string, string | undefined> = {},
): Promise<{ emulator: Emulator; env: Record<string, string | undefined> }> {
  const emulator = await emulate({ callbackURLs: [CALLBACK] });
  return { emulator, env: { ...emulatorVariables(emulator), ...more } };
}

describe('doctor', () => {
  test('fails nothing where all is right, and says what each rule rests on', async () => {
    const { emulator, env } = await scene();
    const examination = await examine(env);
    expect(examination.with('failed')).toEqual([]);
    expect(examination.with('warned')).toEqual(['base-url-template']);
    expect([examination.exitCode, examination.ok]).toEqual([0, true]);
    expect(examination.ids).toEqual(RULES.map(({ id }) => id));
    expect(new Set(examination.ids).size).toBe(RULES.length);
    for (const id of [
      'token-endpoint',
      'address-allowlist',
      'package-type',
      'client-credentials',
      'redirect-url-registered',
      'scope-granted',
      'clock',
    ]) {
      expect(examination.of(id).status).toBe('passed');
    }
    for (const id of examination.ids) expect(examination.of(id).docs).toMatch(/^https:\/\//);
    expect([emulator.requestsTo('token').length, emulator.requestsTo('authorize').length]).toEqual([1, 1]);
  });

  test.each<[string, Record<string, string | undefined>, string, RegExp, RegExp]>([
    [
      'a wrong secret',
      { MC_CLIENT_SECRET: 'a-secret-of-another-app' },
      'client-credentials',
      /MC_CLIENT_SECRET is wrong or expired/,
      /Generate a client secret/,
    ],
    [
      'no secret for a web app',
      { MC_CLIENT_SECRET: undefined },
      'client-credentials',
      /MC_CLIENT_SECRET is not set/,
      /set MC_CLIENT_SECRET/,
    ],
    [
      'an unknown client id',
      { MC_CLIENT_ID: 'k3w9v0alpinewebpackage99' },
      'client-credentials',
      /MC_CLIENT_ID is not known/,
      /MC_SUBDOMAIN is of the same tenant/,
    ],
    [
      'an unknown client id',
      { MC_CLIENT_ID: 'k3w9v0alpinewebpackage99' },
      'redirect-url-registered',
      /MC_CLIENT_ID is not known/,
      /Copy Client Id/,
    ],
    [
      'another tenant',
      { MC_SUBDOMAIN: 'mcemulator-harbour-books-eu1' },
      'client-credentials',
      /not installed or enabled at this tenant/,
      /Installed Packages/,
    ],
    [
      'a redirect URL that is not registered',
      { MC_CALLBACK_URL: `${CALLBACK}/` },
      'redirect-url-registered',
      /never comes back to the app: the redirect URL is not registered/,
      /Register https:\/\/127\.0\.0\.1:9\/auth\/callback\/, letter by letter/,
    ],
    [
      'a server-to-server integration',
      { MC_CLIENT_ID: 'k3s2r8alpineservertos003', MC_CLIENT_SECRET: 'EmuAlpineServerSecret003' },
      'package-type',
      /cannot sign users in/,
      /Use a web app/,
    ],
    [
      'a scope that the package lacks',
      { MC_SCOPE: 'offline emial_read' },
      'scope-granted',
      /lacks a scope/,
      /Tick the scopes/,
    ],
    ['a port of another server', { PORT: '8080' }, 'callback-port', /leads to port 9/, /Set PORT=9/],
  ])('finds %s', async (_what, more, id, message, fix) => {
    const { env } = await scene(more);
    const examination = await examine(env);
    expect(examination.of(id)).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(message),
      fix: expect.stringMatching(fix),
    });
    expect([examination.exitCode, examination.ok]).toEqual([1, false]);
  });

  test.each<[string, Fault, string, string, RegExp]>([
    ['a legacy package', knownFaults.legacyPackage, 'package-type', 'failed', /enhanced functionality/],
    ['an address that is not allowed', knownFaults.addressNotAllowed, 'address-allowlist', 'failed', /allowlist/],
    ['a limit on token requests', knownFaults.temporarilyBlocked, 'token-endpoint', 'warned', /Wait a minute/],
    ['a limit that says how long', knownFaults.rateLimited, 'token-endpoint', 'warned', /Wait 5 s/],
    ['an outage', knownFaults.internalError, 'token-endpoint', 'failed', /status\.salesforce\.com/],
    ['a broken connection', { drop: 'before-headers' }, 'token-endpoint', 'failed', /outgoing connections/],
    [
      'a proxy’s page',
      { status: 200, body: '<p>', headers: { 'Content-Type': 'text/html' } },
      'token-endpoint',
      'failed',
      /proxy/,
    ],
    [
      'a refusal that is not known',
      { status: 400, body: { error: 'invalid_request' } },
      'client-credentials',
      'warned',
      /Sign in once/,
    ],
    [
      'a word of RFC 6749 for the code',
      { status: 400, body: { error: 'invalid_grant' } },
      'client-credentials',
      'passed',
      /^$/,
    ],
  ])('reads what the token endpoint says: %s', async (_what, fault, id, status, fix) => {
    const { emulator, env } = await scene();
    emulator.fault('token', fault);
    const examination = await examine(env);
    const check = examination.of(id);
    expect([check.status, check.fix ?? '']).toEqual([status, expect.stringMatching(fix)]);
    // The other rules are checked all the same, and each fault is blamed on one.
    expect(examination.of('redirect-url-registered').status).toBe('passed');
    expect(examination.with('failed')).toEqual(status === 'failed' ? [id] : []);
  });

  test.each<[string, Fault, string, RegExp]>([
    ['another host', { status: 302, headers: { Location: 'https://proxy.example/login' } }, 'warned', /proxy\.example/],
    ['an unknown page', { status: 400, body: 'Oops' }, 'failed', /redirect URL or MC_CLIENT_ID/],
    ['a page without a fault', { status: 200, body: 'Hello' }, 'warned', /answers 200/],
    [
      'the usual login host',
      { status: 302, headers: { Location: 'https://mc.login.exacttarget.com/x' } },
      'passed',
      /login page/,
    ],
    ['an outage', { status: 503 }, 'failed', /answers 503/],
  ])('reads what the authorize page does: %s', async (_what, fault, status, message) => {
    const { emulator, env } = await scene();
    emulator.fault('authorize', fault);
    const check = (await examine(env)).of('redirect-url-registered');
    expect([check.status, check.message]).toEqual([status, expect.stringMatching(message)]);
  });

  test('finds a secret that has expired', async () => {
    const { emulator, env } = await scene();
    emulator.clock.advance(181 * DAY_MS);
    const check = (await examine(env)).of('client-credentials');
    expect([check.status, check.docs]).toEqual(['failed', expect.stringContaining('rotate-oauth2-secret')]);
    expect(check.fix).toMatch(/expire after 180 days/);
  });

  test.each([
    [-300, 'warned', /300 s ahead of|29\d s ahead of|30\d s ahead of/],
    [300, 'warned', /(?:29\d|30\d) s behind/],
    [-2, 'passed', /apart/],
  ])('compares the clock with the server’s Date: %i s', async (seconds, status, message) => {
    const { emulator, env } = await scene();
    const Date_ = new Date(Date.now() + seconds * 1_000).toUTCString();
    emulator.fault('authorize', { headers: { Date: Date_ } });
    const check = (await examine(env)).of('clock');
    expect([check.status, check.message]).toEqual([status, expect.stringMatching(message)]);
  });

  test('accepts a public app without a secret', async () => {
    const { emulator, env } = await scene();
    const { MC_CLIENT_SECRET: _secret, ...app } = { ...env, ...emulatorVariables(emulator, { app: 'public' }) };
    expect((await examine(app)).of('client-credentials')).toMatchObject({
      status: 'passed',
      message: 'as a public app',
    });
  });

  test('says of the network only what can be checked while variables are missing', async () => {
    const examination = await examine({ REDIS_URL: 'http://127.0.0.1', DATABASE_URL: 'mysql://127.0.0.1/app' });
    const failed = ['subdomain', 'client-id', 'callback-url', 'redis-url', 'postgres-url'];
    expect(examination.with('failed')).toEqual(failed);
    for (const id of [
      'token-endpoint',
      'redirect-url-registered',
      'clock',
      'dns-auth',
      'tls-auth',
      'app-callback',
      'redis-connection',
      'postgres-connection',
    ]) {
      expect(examination.of(id).status).toBe('skipped');
    }
  });

  test('says that nothing listens where the base URLs lead', async () => {
    const { emulator, env } = await scene();
    await emulator.close();
    const examination = await examine(env);
    expect(examination.with('failed')).toEqual(['token-endpoint', 'redirect-url-registered']);
    expect(examination.of('token-endpoint').message).toMatch(/refuses connections/);
  });
});

describe('doctor, with the app running', () => {
  test('sees that it begins a sign-in with the same settings', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator);
    const env = { ...emulatorVariables(emulator), MC_CALLBACK_URL: `${app.origin}/cb` };
    const examination = await examine(env);
    expect([examination.of('app-callback'), examination.of('app-cookies')]).toMatchObject([
      { status: 'passed', message: expect.stringMatching(/same redirect URL and client id/) },
      { status: 'passed' },
    ]);
    const other = await examine({ ...env, MC_CALLBACK_URL: `${app.origin}/CB` });
    expect(other.of('app-callback')).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/another redirect URL/),
    });
    const missing = await examine({ ...env, MC_CALLBACK_URL: `${app.origin}/nothing` });
    expect(missing.of('app-callback')).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/answers 404/),
    });
  });

  test('looks at its routes although browsers do not trust the certificate of localHttps() yet', async () => {
    const emulator = await emulate();
    const server = createServer(await localHttps()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const app = await appAt(emulator, { strategy: { callbackURL: `${origin}/cb` } });
    server.on('request', app.express);
    const examination = await examine({ ...emulatorVariables(emulator), MC_CALLBACK_URL: `${origin}/cb` });
    server.close();
    expect([examination.of('app-tls'), examination.of('app-callback')]).toMatchObject([
      { status: 'warned', fix: expect.stringMatching(/npx passport-marketing-cloud cert/) },
      { status: 'passed', message: expect.stringMatching(/same redirect URL and client id/) },
    ]);
  });

  test('finds a session cookie that cannot be set: no trust proxy', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, { session: { cookie: { secure: true } } });
    const examination = await examine({ ...emulatorVariables(emulator), MC_CALLBACK_URL: `${app.origin}/cb` });
    expect(examination.of('app-cookies')).toMatchObject({
      status: 'failed',
      fix: expect.stringMatching(/app\.set\('trust proxy', 1\)/),
    });
  });

  test('warns of a catch-all route that answers at the redirect URL in place of a callback route', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      routes: (express) => void express.get('/page', (_req, res) => void res.send('<p>A page for any address')),
    });
    const examination = await examine({ ...emulatorVariables(emulator), MC_CALLBACK_URL: `${app.origin}/page` });
    expect(examination.of('app-callback')).toMatchObject({
      status: 'warned',
      message: expect.stringMatching(/answers 200 at .*\/page in place of a redirect to Marketing Cloud/),
      fix: expect.stringMatching(/Mount the callback route at \/page, before any route for all paths/),
    });
  });

  test('takes an embedded app for what it is, also where it answers by the package’s own page', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, { before: (express) => void express.use(embedded()) });
    // Such as a proxy that passes on what browsers say of a frame.
    const framed = await appAt(emulator, {
      before: (express) => {
        express.use((req, _res, next) => {
          req.headers['sec-fetch-dest'] = 'iframe';
          next();
        });
        express.use(embedded());
      },
    });
    const variables = emulatorVariables(emulator);
    const answers = [];
    for (const { origin } of [app, framed]) {
      answers.push((await examine({ ...variables, MC_CALLBACK_URL: `${origin}/cb` })).of('app-callback'));
    }
    expect(answers).toMatchObject([
      { status: 'passed', message: expect.stringMatching(/begins a sign-in/) },
      { status: 'passed', message: expect.stringMatching(/page of the package/) },
    ]);
  });

  test.each([
    ['SameSite=None', { sameSite: 'none' }, 'connect.sid', /SameSite=None, but not Secure/],
    ['Partitioned', { partitioned: true }, 'connect.sid', /Partitioned, but not Secure/],
    ['a name with __Host-', {}, '__Host-app.sid', /a name that begins with __Host-, but is not Secure/],
    ['a name with __Secure-', {}, '__Secure-app.sid', /a name that begins with __Secure-, but is not Secure/],
    [
      'a name with __Host- for one path',
      { secure: true, path: '/app' },
      '__Host-app.sid',
      /a name that begins with __Host-, but a Path other than \//,
    ],
  ] as const)('finds a cookie that browsers refuse: %s', async (_what, attributes, name, message) => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      before: (express) => {
        express.use((_req, res, next) => {
          res.cookie('first', '1', { expires: new Date(0), secure: true, sameSite: 'lax' });
          res.cookie(name, 'VALUE', attributes);
          next();
        });
      },
    });
    const env = { ...emulatorVariables(emulator), MC_CALLBACK_URL: `${app.origin}/cb` };
    const check = (await examine(env)).of('app-cookies');
    expect(check).toMatchObject({ status: 'failed', message: expect.stringMatching(message) });
    expect(check.fix).toMatch(/secure: true.*trust proxy/);
    expect(JSON.stringify(check)).not.toContain('VALUE');
  });

  test('passes a cookie of express-session with embeddedCookie', async () => {
    const emulator = await emulate();
    const app = await appAt(emulator, {
      before: (express) => {
        express.set('trust proxy', true);
        express.use((req, _res, next) => {
          req.headers['x-forwarded-proto'] = 'https';
          next();
        });
      },
      session: { name: '__Host-app.sid', saveUninitialized: true, cookie: embeddedCookie },
    });
    const examination = await examine({ ...emulatorVariables(emulator), MC_CALLBACK_URL: `${app.origin}/cb` });
    expect(examination.of('app-cookies').status).toBe('passed');
  });
});
