import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { startEmulator, type Emulator } from '../../src/emulator';
import { comeBack, expectNoSecret, openLogin } from './attack';
import { Browser, type Reply } from './browser';
import { openSink, type Sink } from './sink';

/** All that an app has answered and sent, without what is different each time. */
interface Story {
  readonly answered: readonly string[];
  readonly sent: readonly string[];
  readonly stderr: string;
}

const CHILD = join(__dirname, 'app-child.ts');

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
  const expire = async (): Promise<void> => {
    await browser.get('/advance');
    emulator.expireAccessTokens();
  };
  await expire();
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
  note(await browser.get('/stored'));
  note(await browser.send('/logout', { method: 'POST' }));
  note(await browser.send('/logout', { method: 'POST', headers: { origin } }));
  note(await browser.get('/api'));
  note(await browser.get('/stored'));
  await signInWith();
  const away = emulator.fault('token', { status: 500, body: {} });
  await expire();
  note(await browser.get('/api'));
  away.remove();
  await expire();
  note(await browser.get('/keep'));
  note(await browser.send('/logout', { method: 'POST', headers: { origin } }));
  note(await browser.get('/stored'));
  await signInWith();
  emulator.revoke();
  await browser.get('/advance');
  note(await browser.get('/api'));
  note(await browser.get('/stored'));
  note(await browser.get('/api', { accept: 'text/html' }));
  const sent = [...emulator.requests].map(({ method, path, query, headers, body }) =>
    plain(JSON.stringify([method, path, query, Object.keys(headers).sort(), headers['host'], body])),
  );
  return { answered, sent };
}

/** Expects that an app behaves as in a clean process, with any members inherited by every object. */
export async function expectSameStory(members: (sink: Sink) => Readonly<Record<string, unknown>>): Promise<void> {
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
