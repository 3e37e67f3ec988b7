import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { readConfig, type Environment } from '../../example-app/src/config';
import { ConfigError } from '../../example-app/src/config-error';
import { start } from '../../example-app/src/start';

const SECRET = 'SecretOfATestThatNobodyPrints';
const TENANT = { MC_SUBDOMAIN: 'mcexample', MC_CLIENT_ID: 'client-of-a-test', MC_CLIENT_SECRET: SECRET };
const SILENT = { print: () => undefined, report: () => undefined };

/** The message that an environment is refused with. */
async function refusal(env: Environment): Promise<string> {
  try {
    const running = await start(readConfig({ PORT: '0', ...env }), SILENT);
    await running.close();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('It started.');
}

test('without any variable the emulator is meant, on port 3000', () => {
  expect(readConfig({})).toMatchObject({ mode: 'emulator', port: 3000 });
  expect(readConfig({ MC_SUBDOMAIN: ' ', PORT: '' })).toMatchObject({ mode: 'emulator', port: 3000 });
});

test('a tenant takes its port from the callback URL', () => {
  const env = { ...TENANT, MC_CALLBACK_URL: 'https://127.0.0.1:8443/auth/callback' };
  expect(readConfig(env)).toMatchObject({ mode: 'tenant', port: 8443, clientSecret: SECRET });
});

test.each<[string, Environment, RegExp]>([
  ['half a tenant', { MC_SUBDOMAIN: 'mcexample' }, /^MC_SUBDOMAIN set, but not MC_CLIENT_ID.* Set what is missing/],
  ['a secret alone', { MC_CLIENT_SECRET: SECRET }, /not MC_SUBDOMAIN and MC_CLIENT_ID/],
  ['an empty secret', { ...TENANT, MC_CLIENT_SECRET: '' }, /^MC_CLIENT_SECRET is set to nothing\. Give it its value/],
  ['a subdomain with a host', { ...TENANT, MC_SUBDOMAIN: 'mcx.auth.marketingcloudapis.com' }, /^MC_SUBDOMAIN /],
  [
    'an http callback',
    { ...TENANT, MC_CALLBACK_URL: 'http://127.0.0.1/cb' },
    /^MC_CALLBACK_URL must start with https:/,
  ],
  ['localhost', { ...TENANT, MC_CALLBACK_URL: 'https://localhost/cb' }, /^MC_CALLBACK_URL .*write 127\.0\.0\.1/],
  [
    'another loopback',
    { ...TENANT, MC_CALLBACK_URL: 'https://127.0.0.2/cb' },
    /^MC_CALLBACK_URL must say 127\.0\.0\.1/,
  ],
  ['a relative callback', { ...TENANT, MC_CALLBACK_URL: '/cb' }, /^MC_CALLBACK_URL is not an absolute URL/],
  ['a query', { ...TENANT, MC_CALLBACK_URL: 'https://a.example/cb?x' }, /^MC_CALLBACK_URL must end with its path/],
  ['a page of the app', { ...TENANT, MC_CALLBACK_URL: 'https://a.example/login' }, /^MC_CALLBACK_URL .*try \/auth/],
  ['a part', { ...TENANT, MC_CALLBACK_URL: 'https://a.example/dashboard/rows' }, /^MC_CALLBACK_URL .*try \/auth/],
  ['two ports', { ...TENANT, PORT: '1234', MC_CALLBACK_URL: 'https://127.0.0.1:8443/cb' }, /^PORT is 1234, but.*8443/],
  ['a port in words', { PORT: 'three thousand' }, /^PORT must be a number from 0 \(any free port\) to 65535/],
  ['a port too high', { PORT: '65536' }, /^PORT must be a number/],
  ['an empty key', { ENCRYPTION_KEY: '' }, /^ENCRYPTION_KEY is set to nothing\. Make one with: openssl rand/],
  ['a short key', { ENCRYPTION_KEY: SECRET.slice(0, 31) }, /^ENCRYPTION_KEY has fewer than 32 characters/],
  ['a store of another kind', { REDIS_URL: `http://a:${SECRET}@b` }, /^REDIS_URL must be a URL such as redis:/],
  ['a host alone', { DATABASE_URL: '127.0.0.1:5432' }, /^DATABASE_URL must be a URL such as postgres:.*or unset it/],
])('%s is refused with the name of the variable and the fix', async (_, env, message) => {
  const said = await refusal(env);
  expect(said).toMatch(message);
  expect(said).not.toContain(SECRET);
});

test('a port that is taken is refused with another one to try', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  try {
    const said = `Port ${port} is taken. Set PORT to another one, such as PORT=${port + 1}.`;
    expect(await refusal({ PORT: String(port) })).toBe(said);
    expect(await refusal({ ...TENANT, PORT: String(port) })).toBe(said);
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
});

test('the process ends with one line and a status of 1', async () => {
  const child = spawn(process.execPath, ['-r', 'esbuild-register', 'example-app/src/server.ts'], {
    cwd: join(__dirname, '..', '..'),
    env: { PATH: process.env['PATH'], MC_CLIENT_ID: 'client-of-a-test', MC_CLIENT_SECRET: SECRET },
  });
  const [out, error, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once('exit', resolve)),
  ]);
  expect(out).toBe('');
  expect(error).toMatch(
    /^The example app cannot start\. MC_CLIENT_ID and MC_CLIENT_SECRET set, but not MC_SUBDOMAIN.*\n$/,
  );
  expect(error).not.toContain(SECRET);
  expect(status).toBe(1);
});
