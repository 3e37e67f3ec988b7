import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import type { Environment } from '../../example-app/src/config/variables';
import { Browser } from '../support/browser';
import { poll } from '../support/fleet/poll';
import { describeWithPostgres, describeWithRedis, postgresForTests, redisForTests } from '../support/services';
import { sendForm, signInTo } from './pages';
import { withPrefix, withSchema } from './stored-records';

const TIMEOUT_MS = 180_000;

let child: ChildProcess | undefined;

afterEach(async () => {
  await stop('SIGKILL');
});

/** Sends the process a signal and waits for its end. Returns its exit code or the signal that ended it. */
async function stop(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
  const running = child;
  child = undefined;
  if (running === undefined || running.exitCode !== null) return running?.exitCode ?? null;
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    running.once('exit', (code, by) => resolve(code ?? by));
  });
  running.kill(signal);
  return await ended;
}

function spawnCluster(env: Environment): ChildProcess {
  return spawn(process.execPath, ['-r', 'esbuild-register', 'example-app/src/cluster.ts'], {
    cwd: join(__dirname, '..', '..'),
    env: { PATH: process.env['PATH'], PORT: '0', ...env },
  });
}

/** Starts the cluster's program. Resolves when it prints its address. */
async function startCluster(env: Environment): Promise<{ url: string; pids: number[] }> {
  const started = spawnCluster(env);
  child = started;
  let said = '';
  for (const stream of [started.stdout, started.stderr]) stream?.on('data', (chunk) => (said += String(chunk)));
  const said$ = await poll(
    () => Promise.resolve(said),
    (lines) => lines.includes('Press Ctrl+C') || started.exitCode !== null,
  );
  const url = /Open (\S+) and/.exec(said$)?.[1];
  const pids = /4 processes: pid ([\d, ]+)/.exec(said$)?.[1]?.split(', ').map(Number);
  if (url === undefined || pids === undefined) throw new Error(said$);
  return { url, pids };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Gets the processes that the Token page lists for an event. */
function getProcesses(page: string, what: RegExp): Set<string> {
  const rows = [...page.matchAll(/<tr><td>[^<]*<\/td><td>([^<]*)<\/td><td>([^<]*)<\/td><\/tr>/g)];
  return new Set(rows.filter(([, , said = '']) => what.test(said)).map(([, name = '']) => name));
}

/** Signs in, loads a page from each process, triggers calls in all of them, then stops the cluster. */
async function checkCluster(env: Environment): Promise<void> {
  const { url, pids } = await startCluster(env);
  expect(new Set(pids).size).toBe(4);
  const browser = new Browser(url);
  expect(await signInTo(browser)).toContain('Hello, Maya Lind');

  const seen = new Set<string>();
  await poll(
    async () =>
      seen.add(/answered by (process \d+ \(pid \d+\))/.exec((await browser.get('/dashboard/token')).text)?.[1] ?? ''),
    (names) => names.size === 4,
  );
  expect([...seen].map((name) => Number(/pid (\d+)/.exec(name)?.[1])).sort()).toEqual([...pids].sort());

  const refreshes = /^Refreshed/;
  expect(getProcesses((await browser.get('/dashboard/token')).text, refreshes).size).toBe(0);
  await sendForm(browser, '/dashboard/token/calls', { first: 'expire' });
  const { text: page } = await poll(
    () => browser.get('/dashboard/token'),
    ({ text: shown }) => getProcesses(shown, /^Called: 10 calls, all succeeded/).size === 4,
  );
  expect(page.match(/>Refreshed: in \d+ ms</g)).toHaveLength(1);
  const [refresher] = getProcesses(page, refreshes);
  expect(page).toContain(`a refresh in ${refresher ?? 'no process'}`);

  await sendForm(browser, '/logout', {});
  expect(await stop('SIGINT')).toBe(0);
  expect(pids.filter(isAlive)).toEqual([]);
}

describeWithRedis('the cluster with Redis', () => {
  test(
    'answers from four processes that share a sign-in, and one of them refreshes for all',
    async () => {
      await checkCluster({ REDIS_URL: withPrefix(await redisForTests()) });
    },
    TIMEOUT_MS,
  );

  test(
    'replaces a process that dies, and the user stays signed in',
    async () => {
      const { url, pids } = await startCluster({ REDIS_URL: withPrefix(await redisForTests()) });
      const browser = new Browser(url);
      await signInTo(browser);
      process.kill(pids[0] ?? 0, 'SIGKILL');
      // A request that Node hands to a dying process is never answered. A user would reload the page.
      const load = () =>
        browser.send('/dashboard/token', { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
      const answered = await poll(load, (reply) => reply?.text.includes('answered by process 5 ') === true);
      const page = answered?.text ?? '';
      expect(getProcesses(page, /^Signed in/).size).toBe(1);
      await sendForm(browser, '/logout', {});
      expect(await stop('SIGTERM')).toBe(0);
    },
    TIMEOUT_MS,
  );
});

describeWithPostgres('the cluster with PostgreSQL', () => {
  test(
    'answers from four processes that share a sign-in, and one of them refreshes for all',
    async () => {
      const { url, schema } = await postgresForTests();
      await checkCluster({
        DATABASE_URL: withSchema(url, schema),
        ENCRYPTION_KEY: 'a key of a test, which is long enough',
      });
    },
    TIMEOUT_MS,
  );
});

test(
  'a setting that one process cannot use ends all of them with one line',
  async () => {
    const program = spawnCluster({ REDIS_URL: 'redis://127.0.0.1:1' });
    child = program;
    const [error, status] = await Promise.all([
      program.stderr === null ? '' : text(program.stderr),
      new Promise((resolve) => program.once('exit', resolve)),
    ]);
    expect(error).toMatch(/^The example app cannot start\. REDIS_URL: no Redis answers at 127\.0\.0\.1:1\. .*\n$/);
    expect(status).toBe(1);
  },
  TIMEOUT_MS,
);
