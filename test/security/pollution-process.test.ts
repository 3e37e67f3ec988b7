import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startEmulator, type Emulator } from '../../src/emulator';
import { comeBack, expectNoSecret, openLogin } from '../support/attack';
import { Browser, type Reply } from '../support/browser';
import { openSink, type Sink } from '../support/sink';

/** All that an app has answered and sent, without what is different each time. */
interface Story {
  readonly answered: readonly string[];
  readonly sent: readonly string[];
  readonly stderr: string;
}

const CHILD = join(__dirname, '../support/app-child.ts');

/** Starts an app in a process with a polluted `Object.prototype` and has it do all that it can. */
async function play(emulator: Emulator, members: Readonly<Record<string, unknown>>): Promise<Story> {
  const options = { ...emulator.strategyOptions(), scope: ['offline'], pkce: true, multiTenant: true };
  const child = spawn(
    process.execPath,
    ['-r', 'esbuild-register', CHILD, JSON.stringify(options), JSON.stringify(members)],
    { stdio: 'pipe' },
  );
  const ended = once(child, 'exit');
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  try {
    const [origin] = (await Promise.race([once(child.stdout, 'data'), ended])) as [unknown];
    return { ...(await visitAll(emulator, String(origin))), stderr };
  } finally {
    child.stdin.end();
    await ended;
  }
}

async function visitAll(emulator: Emulator, origin: string): Promise<Omit<Story, 'stderr'>> {
  const browser = new Browser(origin);
  const plain = (text: string): string =>
    text
      .replaceAll(origin, '<app>')
      .replaceAll(encodeURIComponent(origin), '<app>')
      .replaceAll(emulator.strategyOptions().subdomain, '<tenant>')
      .replace(/[\w-]{27,}(?:\.[\w-]+)*/g, '<random>');
  const answered: string[] = [];
  const note = ({ status, location, headers, text }: Reply): void => {
    // By name, since Express adds to an answer what an object of headers inherits.
    const { 'cache-control': cache, 'retry-after': wait, 'set-cookie': cookies } = headers;
    answered.push(plain([status, location, cache, wait, cookies?.length, text].join(' ')));
  };
  const signInWith = async (more = ''): Promise<void> =>
    note(await browser.get((await comeBack(emulator, await openLogin(browser))) + more));
  emulator.requests.clear();

  note(await browser.get('/login'));
  await signInWith();
  note(await browser.get('/me'));
  note(await browser.get('/api'));
  emulator.expireAccessTokens();
  note(await browser.get('/api'));
  for (const query of ['code=x&state=y', '', 'error=access_denied', 'code=x', 'state=y']) {
    note(await browser.get(`/cb?${query}`));
  }
  await signInWith('&code=again');
  await signInWith('&tssd=evil.example');
  for (const endpoint of ['token', 'userinfo', 'rest'] as const) {
    for (const status of [400, 429, 500]) {
      const struck = emulator.fault(endpoint, { status, body: {} });
      if (endpoint === 'rest') note(await browser.get('/api'));
      else await signInWith();
      struck.remove();
    }
  }
  note(await browser.send('/logout', { method: 'POST' }));
  note(await browser.send('/logout', { method: 'POST', headers: { origin } }));
  note(await browser.get('/api'));
  note(await browser.get('/api', { accept: 'text/html' }));
  const sent = [...emulator.requests].map(({ method, path, query, headers, body }) =>
    plain(JSON.stringify([method, path, query, Object.keys(headers).sort(), headers['host'], body])),
  );
  return { answered, sent };
}

/** What the app does is what it does in a clean process, whatever every object inherits. */
async function expectSameStory(members: (sink: Sink) => Readonly<Record<string, unknown>>): Promise<void> {
  const emulator = await startEmulator();
  const sink = await openSink();
  try {
    const clean = await play(emulator, {});
    expect(clean.answered[1]).toMatch(/^302 \/home/);
    expect(clean.answered.length).toBeGreaterThan(20);
    const polluted = await play(emulator, members(sink));
    expect(polluted).toEqual(clean);
    expectNoSecret(JSON.stringify(polluted), ['polluted']);
    expect(polluted.stderr).toBe('');
    expect(sink.connections).toBe(0);
  } finally {
    await Promise.all([emulator.close(), sink.close()]);
  }
}

test('S3 a polluted Object.prototype changes nothing that the app does', async () => {
  await expectSameStory((sink) => ({
    clientSecret: 'polluted',
    state: 'polluted',
    host: `127.0.0.1:${sink.port}`,
    headers: { 'x-polluted': 'polluted', host: `127.0.0.1:${sink.port}` },
    method: 'DELETE',
    redirect: 'follow',
    expires_in: 7,
    tssd: 'mcpolluted',
  }));
}, 60_000);

// What Express, express-session, Passport, undici or Node itself stumble over is left out.
test('S3b so it is with every other name that options, answers and records have', async () => {
  const names = [
    ...['subdomain', 'clientID', 'callbackURL', 'scope', 'multiTenant', 'pkce', 'vault', 'encryptionKey', 'clock'],
    ...['refreshAhead', 'grantTtl', 'vaultTimeout', 'dispatcher', 'baseUrlTemplate', 'customHeaders'],
    ...['passReqToCallback', 'skipUserProfile', 'authorizationURL', 'tokenURL', 'refusalUrl', 'loginUrl', 'redirectTo'],
    ...['cookieName', 'verifier', 'codeVerifier', 'pinned', 'createdAt', 'extra', 'query', 'body', 'retryAfter'],
    ...['reason', 'hint', 'cause', 'response', 'code', 'error_description', 'access_token', 'refresh_token'],
    ...['token_type', 'rest_instance_url', 'soap_instance_url', 'sub', 'organization', 'rest', 'member_id'],
    ...['enterprise_id', 'account_id', 'client_secret', 'client_id', 'grant_type', 'permissions', 'email', 'userId'],
    ...['grantId', 'byLogin', 'grants', 'earlier', 'kept', 'detached', 'accessToken', 'refreshToken', 'issuedAt'],
    ...['expiresAt', 'filed', 'identity', 'marketingCloudVault', 'until', 'version', 'data', 'kind', 'note'],
    ...['owner', 'interrupted', 'more', 'name', 'id', 'type', 'url', 'grant', 'tenant', 'failures', 'isUrgent'],
    ...['servername', 'upgrade', 'idempotent', 'blocking', 'reset', 'hostname', 'protocol', 'lookup'],
  ];
  await expectSameStory(() => Object.fromEntries(names.map((name) => [name, `polluted-${name}`])));
}, 60_000);
