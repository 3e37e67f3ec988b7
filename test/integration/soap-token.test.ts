import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { MarketingCloud } from '../../src';
import { grantedAt } from '../support/granted';
import { emulate } from '../support/scene';
import { envelopeOf, retrieveOf } from '../support/soap-client';

const FAULT = `<?xml version="1.0"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault><faultcode xmlns:q0="http://schemas.xmlsoap.org/ws/2002/12/secext">q0:Security</faultcode><faultstring>Token Expired</faultstring></soap:Fault></soap:Body></soap:Envelope>`;
const XML = { 'content-type': 'text/xml; charset=utf-8' };

async function send(grant: MarketingCloud): Promise<Response> {
  const { accessToken, soapBaseUrl } = await grant.credentials();
  return await grant.fetch(`${soapBaseUrl}/Service.asmx`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/xml', SOAPAction: 'Retrieve' },
    body: envelopeOf(accessToken, retrieveOf('DataExtension', { properties: ['Name'] })),
  });
}

test('case S1: a Token Expired fault is answered by one refresh for all, and one repeat with the new token', async () => {
  const emulator = await emulate();
  const { grant } = await grantedAt(emulator, { strategy: { scope: ['offline', 'data_extensions_read'] } });
  emulator.expireAccessTokens();
  const answers = await Promise.all(Array.from({ length: 5 }, () => send(grant)));
  for (const answer of answers) {
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<OverallStatus>OK</OverallStatus>');
  }
  expect(emulator.requestsTo('token')).toHaveLength(1);
  const { accessToken } = await grant.credentials();
  const repeats = emulator.requestsTo('soap').filter(({ status }) => status === 200);
  for (const { rawBody } of repeats) expect(rawBody).toContain(`>${accessToken}<`);
});

test('case S1: a fault that lasts is given after one repeat, and costs no second refresh', async () => {
  const emulator = await emulate();
  const { grant } = await grantedAt(emulator);
  emulator.fault('soap', { status: 500, body: FAULT, headers: XML });
  for (let times = 0; times < 3; times += 1) {
    const answer = await send(grant);
    expect([answer.status, await answer.text()]).toEqual([500, FAULT]);
  }
  expect(emulator.requestsTo('token')).toHaveLength(1);
  expect(emulator.requestsTo('soap')).toHaveLength(4);
});

test('case S1: another fault, and a long answer, are given as they are', async () => {
  const emulator = await emulate();
  const { grant } = await grantedAt(emulator);
  for (const body of [FAULT.replace('Token Expired', 'Login Failed'), 'x'.repeat(200_000)]) {
    const fault = emulator.fault('soap', { status: 500, body, headers: { ...XML, 'content-length': undefined } });
    const answer = await send(grant);
    expect([answer.status, await answer.text()]).toEqual([500, body]);
    fault.remove();
  }
  expect(emulator.requestsTo('token')).toHaveLength(0);
});

test('case S1: an error whose body does not end is given all the same, with what there is of its body', async () => {
  const emulator = await emulate();
  const { grant } = await grantedAt(emulator, { strategy: { timeout: 5_000 } });
  emulator.fault('soap', { status: 500, body: FAULT, headers: XML, hang: 'mid-body' });
  const answer = await send(grant);
  expect(answer.status).toBe(500);
  const reader = answer.body?.getReader();
  const read = await reader?.read();
  expect(FAULT.startsWith(Buffer.from(read?.value ?? []).toString() || 'nothing')).toBe(true);
  await reader?.cancel();
  expect(emulator.requestsTo('token')).toHaveLength(0);
});

test('case S2: the SOAP program of the reference gives lists', async () => {
  const readme = readFileSync(join(__dirname, '../../docs/reference.md'), 'utf8');
  const [, envelope = ''] = /const envelope = `([^`]+)`/.exec(readme) ?? [];
  const emulator = await emulate();
  const { grant } = await grantedAt(emulator, { strategy: { scope: ['offline', 'list_and_subscribers_read'] } });
  const { accessToken, soapBaseUrl } = await grant.credentials();
  const answer = await grant.fetch(`${soapBaseUrl}/Service.asmx`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/xml', SOAPAction: 'Retrieve' },
    body: envelope.replace('${accessToken}', accessToken),
  });
  const text = await answer.text();
  expect([answer.status, text.includes('<OverallStatus>OK</OverallStatus>')]).toEqual([200, true]);
  expect(text).toMatch(/<ListName>[^<]+<\/ListName>/);
});
