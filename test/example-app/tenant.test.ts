import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { parseConfig } from '../../example-app/src/config/config';
import type { Environment } from '../../example-app/src/config/variables';
import { startSingleProcess, type SingleProcess } from '../../example-app/src/server/app-process';
import { Browser } from '../support/browser';
import { certificateOf, httpsGet } from '../support/browser/https-get';

const TENANT = { MC_SUBDOMAIN: 'mcexample', MC_CLIENT_ID: 'client-of-a-test', MC_CLIENT_SECRET: 'SecretOfATest' };

let running: SingleProcess | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

async function open(env: Environment): Promise<{ app: SingleProcess; lines: string }> {
  const lines: string[] = [];
  running = await startSingleProcess(parseConfig({ PORT: '0', ...env }), {
    print: (line) => lines.push(line),
    report: () => undefined,
  });
  return { app: running, lines: lines.join('\n') };
}

test('an app for a tenant serves https on 127.0.0.1, with a certificate for that address only', async () => {
  const { app, lines } = await open(TENANT);
  expect(app.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  const ca = await certificateOf(app.url);
  const { status, text } = await httpsGet(app.url, ca);
  expect(status).toBe(200);
  expect(text).toContain(`${app.url}/auth/callback`);
  expect(text).not.toMatch(/emulator/i);
  expect(lines).toContain(
    `Redirect URL, to be registered exactly like this in Installed Packages: ${app.url}/auth/callback`,
  );
  expect(lines).not.toContain('SecretOfATest');
  const elsewhere = httpsGet(app.url, ca, { servername: 'app.example.com', headers: { host: 'app.example.com' } });
  await expect(elsewhere).rejects.toThrow(/altnames|does not match/i);
});

test('the sign-in redirects to the tenant’s authorize URL, with a cookie for https only', async () => {
  const { app } = await open({ ...TENANT, MC_SCOPE: 'offline email_read' });
  const { status, headers } = await httpsGet(`${app.url}/login`, await certificateOf(app.url));
  expect(status).toBe(302);
  const { origin, pathname, searchParams } = new URL(headers.location ?? '');
  expect(`${origin}${pathname}`).toBe('https://mcexample.auth.marketingcloudapis.com/v2/authorize');
  expect(Object.fromEntries(searchParams)).toEqual({
    response_type: 'code',
    client_id: 'client-of-a-test',
    redirect_uri: `${app.url}/auth/callback`,
    scope: 'offline email_read',
    state: expect.stringMatching(/^[\w-]{43}$/),
  });
  expect(headers['set-cookie']?.join()).toMatch(
    /^__Host-mc-sign-in-[\w-]{8}=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
  );
});

test('each start has the same certificate, and prints its file and how to trust it', async () => {
  const { app } = await open(TENANT);
  const first = await certificateOf(app.url);
  await app.close();
  const { app: again, lines } = await open(TENANT);
  expect(await certificateOf(again.url)).toBe(first);
  const [, path = ''] = /^Browsers warn about the certificate, (.+)\. You can/m.exec(lines) ?? [];
  expect(new X509Certificate(readFileSync(path)).toString()).toBe(new X509Certificate(first).toString());
  expect(lines).toContain('NODE_EXTRA_CA_CERTS=');
});

test.each([
  ['a web app', TENANT, 'web app'],
  ['a public app', { ...TENANT, MC_CLIENT_SECRET: undefined }, 'public app'],
])('the output and the landing page name %s', async (_, env, kind) => {
  const { app, lines } = await open(env);
  expect(lines).toContain(`Kind of app: ${kind}`);
  expect((await httpsGet(app.url, await certificateOf(app.url))).text).toContain(`the client id of a ${kind}`);
});

test('behind a proxy the app serves http, and trusts X-Forwarded-Proto', async () => {
  const { app, lines } = await open({ ...TENANT, MC_CALLBACK_URL: 'https://app.example.com/auth/callback' });
  expect(app.url).toBe('https://app.example.com');
  const address = /forward requests to (\S+)/.exec(lines)?.[1] ?? '';
  const browser = new Browser(`http://${address}`);
  const proxied = await browser.get('/login', { 'x-forwarded-proto': 'https' });
  expect(proxied.status).toBe(302);
  expect(new URL(proxied.location).searchParams.get('redirect_uri')).toBe('https://app.example.com/auth/callback');
  expect(proxied.headers['set-cookie']?.join()).toContain('Secure');
  const direct = await new Browser(browser.origin).get('/login');
  expect(direct.status).toBe(503);
  expect(direct.text).toContain('X-Forwarded-Proto: https');
  expect(direct.headers['set-cookie']).toBeUndefined();
});
