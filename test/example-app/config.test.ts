import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { parseConfig } from '../../example-app/src/config/config';
import { ConfigError, type Environment } from '../../example-app/src/config/variables';
import { startSingleProcess } from '../../example-app/src/server/app-process';

const SECRET = 'SecretThatMustNotBePrinted';
const TENANT = { MC_SUBDOMAIN: 'mcexample', MC_CLIENT_ID: 'client-of-a-test', MC_CLIENT_SECRET: SECRET };
const SILENT = { print: () => undefined, report: () => undefined };

/** Gets the error message for an environment. */
async function getRefusal(env: Environment): Promise<string> {
  try {
    const app = await startSingleProcess(parseConfig({ PORT: '0', ...env }), SILENT);
    await app.close();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('The app started.');
}

test('without any variable the app uses the emulator and port 3000', () => {
  expect(parseConfig({})).toMatchObject({ mode: 'emulator', port: 3000 });
  expect(parseConfig({ MC_SUBDOMAIN: ' ', PORT: '' })).toMatchObject({ mode: 'emulator', port: 3000 });
});

test('the port of a tenant’s app is the one in the callback URL', () => {
  const env = { ...TENANT, MC_CALLBACK_URL: 'https://127.0.0.1:8443/auth/callback' };
  expect(parseConfig(env)).toMatchObject({ mode: 'tenant', port: 8443, clientSecret: SECRET });
});

test.each<[string, Environment, RegExp]>([
  [
    'half a tenant',
    { MC_SUBDOMAIN: 'mcexample' },
    /^MC_SUBDOMAIN is set, but not MC_CLIENT_ID.* set the missing variables/,
  ],
  ['a secret alone', { MC_CLIENT_SECRET: SECRET }, /not MC_SUBDOMAIN and MC_CLIENT_ID/],
  ['an empty secret', { ...TENANT, MC_CLIENT_SECRET: '' }, /^MC_CLIENT_SECRET is empty\. Set it to the client secret/],
  ['a subdomain with a host', { ...TENANT, MC_SUBDOMAIN: 'mcx.auth.marketingcloudapis.com' }, /^MC_SUBDOMAIN /],
  [
    'an http callback',
    { ...TENANT, MC_CALLBACK_URL: 'http://127.0.0.1/cb' },
    /^MC_CALLBACK_URL must start with https:/,
  ],
  ['localhost', { ...TENANT, MC_CALLBACK_URL: 'https://localhost/cb' }, /^MC_CALLBACK_URL .*use 127\.0\.0\.1/],
  [
    'another loopback',
    { ...TENANT, MC_CALLBACK_URL: 'https://127.0.0.2/cb' },
    /^MC_CALLBACK_URL must use 127\.0\.0\.1/,
  ],
  ['a relative callback', { ...TENANT, MC_CALLBACK_URL: '/cb' }, /^MC_CALLBACK_URL is not an absolute URL/],
  ['a query', { ...TENANT, MC_CALLBACK_URL: 'https://a.example/cb?x' }, /^MC_CALLBACK_URL must not contain a query/],
  ['a page of the app', { ...TENANT, MC_CALLBACK_URL: 'https://a.example/login' }, /^MC_CALLBACK_URL .*use \/auth/],
  [
    'a part of a page',
    { ...TENANT, MC_CALLBACK_URL: 'https://a.example/dashboard/rows' },
    /^MC_CALLBACK_URL .*use \/auth/,
  ],
  ['two ports', { ...TENANT, PORT: '1234', MC_CALLBACK_URL: 'https://127.0.0.1:8443/cb' }, /^PORT is 1234, but.*8443/],
  ['a port in words', { PORT: 'three thousand' }, /^PORT must be a number from 0 \(any free port\) to 65535/],
  ['a port too high', { PORT: '65536' }, /^PORT must be a number/],
  ['an empty key', { ENCRYPTION_KEY: '' }, /^ENCRYPTION_KEY is empty\. Generate one with: openssl rand/],
  ['a short key', { ENCRYPTION_KEY: SECRET.slice(0, 31) }, /^ENCRYPTION_KEY has fewer than 32 characters/],
  ['a store of another kind', { REDIS_URL: `http://a:${SECRET}@b` }, /^REDIS_URL must be a URL such as redis:/],
  ['a host alone', { DATABASE_URL: '127.0.0.1:5432' }, /^DATABASE_URL must be a URL such as postgres:.*or unset it/],
])('%s is refused with the name of the variable and how to fix it', async (_, env, message) => {
  const refusal = await getRefusal(env);
  expect(refusal).toMatch(message);
  expect(refusal).not.toContain(SECRET);
});

test('a taken port is refused with a suggestion of another one', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  try {
    const refusal = `Port ${port} is taken. Set PORT to another one, such as PORT=${port + 1}.`;
    expect(await getRefusal({ PORT: String(port) })).toBe(refusal);
    expect(await getRefusal({ ...TENANT, PORT: String(port) })).toBe(refusal);
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
});

test('the process prints one line and exits with code 1', async () => {
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
    /^The example app cannot start\. MC_CLIENT_ID and MC_CLIENT_SECRET are set, but not MC_SUBDOMAIN.*\n$/,
  );
  expect(error).not.toContain(SECRET);
  expect(status).toBe(1);
});
