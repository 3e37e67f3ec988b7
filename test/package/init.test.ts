import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { createClient } from 'redis';
import { startEmulator } from '../../src/emulator';
import { certificateOf, httpsGet } from '../support/browser/https-get';
import { describeWithRedis, redisForTests } from '../support/services';
import { signInOverHttp } from '../walk/walk-http';
import { pack } from './pack';
import { makeProject, NAME, ROOT, run, type Manifest } from './stage';

const TIMEOUT_MS = 120_000;
const TENANT = { MC_SUBDOMAIN: 'mcexample', MC_CLIENT_ID: 'client-of-a-test', MC_CLIENT_SECRET: 'SecretOfATest' };

/** The app, as the packed command has written it, in a folder that has what `npm install` would bring. */
let app: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  const { unpacked } = await pack();
  const template = JSON.parse(await readFile(join(unpacked, 'template/_package.json'), 'utf8')) as Manifest & {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const names = Object.keys({ ...template.dependencies, ...template.devDependencies });
  const project = await makeProject(
    unpacked,
    names.filter((name) => name !== NAME),
  );
  const [modules, installed] = [join(project, 'node_modules'), join(project, 'node_modules', NAME)];
  await cp(join(unpacked, 'template'), join(installed, 'template'), { recursive: true });
  await mkdir(join(modules, '.bin'));
  await symlink(join(ROOT, 'node_modules/typescript/bin/tsc'), join(modules, '.bin/tsc'));
  app = join(project, 'app');
  await run(process.execPath, [join(installed, 'dist/cli/main.js'), 'init', app]);
}, 300_000);

afterEach(async () => {
  for (const child of started.splice(0)) {
    const ended = once(child, 'close');
    // npm starts the app through a shell, so all of them are one process group.
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    await ended;
  }
});

/** Runs a program in the app's folder until it has printed a text. Rejects if it ends before that. */
async function start(text: string, env: NodeJS.ProcessEnv, ...command: readonly string[]): Promise<string> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: app, detached: true, env: { ...process.env, ...env } });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(() => Promise.reject(new Error(output)));
  const ready = new Promise<string>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes(text)) resolve(output);
    });
  });
  started.push(child);
  return await Promise.race([ready, ended]).catch((error: unknown) => {
    started.splice(started.indexOf(child), 1);
    throw error;
  });
}

/** A port that was free a moment ago. */
async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test(
  'npm test builds the app and passes',
  async () => {
    const { stdout } = await run('npm', ['test'], { cwd: app }).catch((error: unknown) => {
      throw new Error((error as { stdout: string }).stdout);
    });
    expect(stdout).toMatch(/^# pass 4$/m);
    expect(stdout).toMatch(/^# fail 0$/m);
  },
  TIMEOUT_MS,
);

test(
  'npm start with nothing configured runs the app with the emulator, where a user signs in and sees assets',
  async () => {
    const port = await findPort();
    const output = await start('and sign in.', { PORT: String(port) }, 'npm', 'start');
    const address = `http://127.0.0.1:${port}`;
    expect(output).toContain(`Open ${address}/ and sign in.`);
    expect(output).toContain('Sign in as Maya Lind');
    expect(await signInOverHttp(address)).toBe(`${address}/assets with 11 rows`);
  },
  TIMEOUT_MS,
);

test('variables of other programs that begin with MC_ leave the app with the emulator', async () => {
  const env = { PORT: String(await findPort()), MC_SID: '4711', MC_HOST_minio: 'https://127.0.0.1:9000', MC_SCOPE: '' };
  expect(await start('and sign in.', env, process.execPath, 'dist/server.js')).toContain('Sign in as Maya Lind');
});

test('with a tenant’s variables the app serves https on 127.0.0.1, and redirects to the tenant', async () => {
  const callback = `https://127.0.0.1:${await findPort()}/auth/callback`;
  const env = { ...TENANT, MC_CALLBACK_URL: callback, PORT: '' };
  const output = await start('and sign in.', env, process.execPath, 'dist/server.js');
  expect(output).toContain('npx passport-marketing-cloud cert');
  expect(output).not.toContain(TENANT.MC_CLIENT_SECRET);
  const { origin } = new URL(callback);
  const { status, headers } = await httpsGet(`${origin}/login`, await certificateOf(origin));
  expect(status).toBe(302);
  const location = new URL(headers.location ?? '');
  expect(location.origin).toBe('https://mcexample.auth.marketingcloudapis.com');
  expect(location.searchParams.get('redirect_uri')).toBe(callback);
  expect(headers['set-cookie']?.join()).toContain('Secure');
});

describeWithRedis('with Redis', () => {
  test('a user who signed in at one process is signed in at the other', async () => {
    const { url } = await redisForTests();
    const emulator = await startEmulator();
    const { subdomain, clientID, clientSecret = '', baseUrlTemplate } = emulator.strategyOptions();
    const [one, two] = [await findPort(), await findPort()];
    const env = {
      ...{ MC_SUBDOMAIN: subdomain, MC_CLIENT_ID: clientID, MC_CLIENT_SECRET: clientSecret },
      ...{ MC_BASE_URL_TEMPLATE: baseUrlTemplate, MC_CALLBACK_URL: `http://127.0.0.1:${one}/auth/callback` },
      ...{ MC_SCOPE: 'documents_and_images_read saved_content_read', SESSION_SECRET: 'of a test', REDIS_URL: url },
    };
    await start('and sign in.', env, process.execPath, 'dist/server.js');
    await start('and sign in.', { ...env, PORT: String(two) }, process.execPath, 'dist/server.js');
    const [first, second] = [`http://127.0.0.1:${one}`, `http://127.0.0.1:${two}`];
    expect(await signInOverHttp(first, second)).toBe(`${first}/assets with 11 rows`);

    await emulator.close();
    const client = createClient({ url });
    await client.connect();
    const keys = await client.keys('marketing-cloud-app:*');
    expect(keys.map((key) => key.split(':')[1]).sort()).toEqual(expect.arrayContaining(['grants', 'sessions']));
    await client.del(keys);
    await client.close();
  });
});

test.each([
  ['a missing variable', { MC_SUBDOMAIN: 'mcexample' }, /MC_CLIENT_ID and MC_CALLBACK_URL are not set/],
  ['production without a tenant', { NODE_ENV: 'production' }, /Set the variables of \.env\.example/],
  [
    'a proxy without a session secret',
    { ...TENANT, MC_CALLBACK_URL: 'https://app.example.com/auth/callback' },
    /Set SESSION_SECRET/,
  ],
  ['a PORT that is a word', { PORT: 'abc' }, /PORT must be a number from 1 to 65535/],
  ['a PORT that names any port', { PORT: '0' }, /PORT must be a number from 1 to 65535/],
  ['a REDIS_URL without redis:', { REDIS_URL: '127.0.0.1:6379' }, /REDIS_URL must be a URL such as redis:\/\/127/],
  [
    'a REDIS_URL of another protocol',
    { REDIS_URL: 'https://user:word@host' },
    /REDIS_URL must be a URL such as redis:/,
  ],
])('%s stops the start with the fix', async (_what, env, text) => {
  await expect(start('and sign in.', env, process.execPath, 'dist/server.js')).rejects.toThrow(text);
});

test('a Redis that does not answer stops the start: one line names the variable, the server and the error', async () => {
  const port = await findPort();
  const env = { PORT: String(await findPort()), REDIS_URL: `redis://:PASSWORD@127.0.0.1:${port}` };
  const ended = start('and sign in.', env, process.execPath, 'dist/server.js');
  await expect(ended).rejects.toThrow(
    new Error(
      `The app cannot start. REDIS_URL: there is no connection to 127.0.0.1:${port}. ` +
        `connect ECONNREFUSED 127.0.0.1:${port}\n`,
    ),
  );
});
