import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Agent, request } from 'undici';
import { startEmulator, type Emulator } from '../../src/emulator/index';
import { CALLBACK, textOf, fieldsOf } from '../unit/emulator/harness';

const HOST = 'mcemulator-alpine-outfitters.auth.marketingcloudapis.com';

describe('over https', () => {
  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await startEmulator({ https: true });
  });

  afterAll(async () => {
    await emulator.close();
  });

  async function signIn(base: string, query: Record<string, string> = {}): Promise<string> {
    const { clientID } = emulator.strategyOptions();
    const parameters = { response_type: 'code', client_id: clientID, redirect_uri: CALLBACK, ...query };
    const callback = await emulator.signIn(`${base}/v2/authorize?${new URLSearchParams(parameters).toString()}`);
    return new URL(callback).searchParams.get('code') ?? '';
  }

  async function exchange(base: string): Promise<Readonly<Record<string, unknown>>> {
    const { clientID, clientSecret, dispatcher } = emulator.strategyOptions();
    const code = await signIn(base);
    const body = { client_id: clientID, client_secret: clientSecret, code, redirect_uri: CALLBACK };
    const answer = await request(`${base}/v2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, grant_type: 'authorization_code' }),
      ...(dispatcher === undefined ? {} : { dispatcher }),
    });
    return fieldsOf(await answer.body.json());
  }

  test('serves the real host names, which the dispatcher connects to it', async () => {
    const { baseUrlTemplate } = emulator.strategyOptions();
    expect(baseUrlTemplate).toBe('https://{subdomain}.{service}.marketingcloudapis.com');
    const answer = await exchange(`https://${HOST}`);
    expect(answer).toMatchObject({
      rest_instance_url: 'https://mcemulator-alpine-outfitters.rest.marketingcloudapis.com/',
      soap_instance_url: 'https://mcemulator-alpine-outfitters.soap.marketingcloudapis.com/',
    });
  });

  test('redirects the browser to the login host of the tenant', async () => {
    await signIn(`https://${HOST}`);
    expect(emulator.requests.last('login')?.headers['host']).toBe('mcemulator-alpine-outfitters.login.exacttarget.com');
  });

  test('serves tenants by path, and answers with paths', async () => {
    const answer = await exchange(emulator.baseUrl('auth'));
    expect(answer['rest_instance_url']).toBe(`${emulator.url}/mcemulator-alpine-outfitters/rest/`);
  });

  test('keeps the port of the request with a host name', async () => {
    const answer = await exchange(`https://${HOST}:8443`);
    expect(textOf(answer['rest_instance_url'])).toMatch(/\.rest\.marketingcloudapis\.com:8443\/$/);
  });

  test('sets cookies that work in frames', async () => {
    const { clientID, dispatcher } = emulator.strategyOptions();
    const service = `https://${HOST}/v2/authorize?client_id=${clientID}`;
    const url = `https://mc.login.exacttarget.com/hub-cas/login?service=${encodeURIComponent(service)}`;
    const { headers, body } = await request(url, dispatcher === undefined ? {} : { dispatcher });
    await body.dump();
    expect(String(headers['set-cookie'])).toMatch(/Path=\/hub-cas; HttpOnly; Secure; SameSite=None$/);
  });

  test('is trusted only with its authority', async () => {
    const agent = new Agent({ connect: { host: '127.0.0.1', port: emulator.port } });
    await expect(request(emulator.url, { dispatcher: agent })).rejects.toMatchObject({
      code: expect.stringMatching(/SELF_SIGNED_CERT|UNABLE_TO_VERIFY/),
    });
    await agent.close();
  });

  test('is not trusted for a host that Marketing Cloud does not have', async () => {
    const { dispatcher } = emulator.strategyOptions();
    const failed = request('https://evil.example/', dispatcher === undefined ? {} : { dispatcher });
    await expect(failed).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  test.each([
    ['mcx.auth.marketingcloudapis.com'],
    ['mcx.rest.marketingcloudapis.com'],
    ['mcx.soap.marketingcloudapis.com'],
    ['mcx.login.exacttarget.com'],
    ['localhost'],
  ])('has a certificate for %s, signed by its own authority', async (host) => {
    const certificate = await new Promise<X509Certificate | undefined>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: emulator.port, servername: host, ca: emulator.ca }, () => {
        const peer = socket.getPeerX509Certificate();
        socket.destroy();
        resolve(peer);
      }).once('error', reject);
    });
    expect(certificate?.checkHost(host)).toBeDefined();
    expect(certificate?.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate?.checkIssued(new X509Certificate(emulator.ca ?? ''))).toBe(true);
  });

  test('resets connections under TLS', async () => {
    const { dispatcher } = emulator.strategyOptions();
    const fault = emulator.fault('userinfo', { drop: 'before-headers' });
    const failed = request(`https://${HOST}/v2/userinfo`, dispatcher === undefined ? {} : { dispatcher });
    await expect(failed).rejects.toMatchObject({ code: 'ECONNRESET' });
    fault.remove();
  });
});

test('serves tenants by host name over plain http', async () => {
  const emulator = await startEmulator();
  const answer = await request(`${emulator.url}/v2/userinfo`, { headers: { host: HOST } });
  await answer.body.dump();
  await emulator.close();
  expect(answer.statusCode).toBe(400);
  expect(emulator.requests.last('userinfo')?.subdomain).toBe('mcemulator-alpine-outfitters');
});
