import { connect, type SecureContextOptions } from 'node:tls';
import type { ServerOptions } from 'node:https';
import { expect, test } from '@jest/globals';
import { Agent } from 'undici';
import { Strategy, type StrategyOptions } from '../../src';
import { attack, expectNoSecret, expectUpstream, openLogin, signIn, whoIs, type Scene } from '../support/attack';
import { makeCertificates } from '../support/certificates';
import { outcomeOf } from '../support/token-answers';
import { openTlsServer } from '../support/tls-server';

const certificates = makeCertificates();
const OLD_TLS: SecureContextOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };

/** Comes back from a sign-in whose token call goes to a TLS server: the outcome, why, and how often the server was asked. */
async function callOver(
  { another }: Scene,
  options: ServerOptions,
  trust: 'the authority' | 'the usual' = 'the authority',
): Promise<[outcome: string, cause: string | undefined, requests: number]> {
  const server = await openTlsServer(options);
  const dispatcher = trust === 'the authority' ? new Agent({ connect: { ca: certificates.ca } }) : undefined;
  try {
    const app = await another({ strategy: { baseUrlTemplate: server.template, dispatcher } });
    const browser = app.browser();
    const state = (await openLogin(browser)).searchParams.get('state') ?? '';
    const reply = await browser.get(`/cb?code=CANARY-code&state=${state}`);
    expectUpstream(reply);
    expectNoSecret(JSON.stringify(browser.replies), ['CANARY']);
    expect(await whoIs(browser)).toBeNull();
    expect([app.errors.length, server.connections]).toEqual([1, 1]);
    return [outcomeOf(reply), causeOf(app.errors[0]), server.requests];
  } finally {
    await dispatcher?.destroy();
    await server.close();
  }
}

/** The word that an error has for what went wrong below. */
function causeOf(error: unknown): string | undefined {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : undefined;
}

attack('G14', 'a server without a valid certificate is sent nothing', async (scene) => {
  const { good, expired, notYetValid, wrongName, selfSigned } = certificates;
  const away = '503 upstream_unavailable';
  expect(await callOver(scene, selfSigned, 'the usual')).toEqual([away, 'DEPTH_ZERO_SELF_SIGNED_CERT', 0]);
  expect(await callOver(scene, selfSigned)).toEqual([away, 'DEPTH_ZERO_SELF_SIGNED_CERT', 0]);
  expect(await callOver(scene, good, 'the usual')).toEqual([away, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 0]);
  expect(await callOver(scene, expired)).toEqual([away, 'CERT_HAS_EXPIRED', 0]);
  expect(await callOver(scene, notYetValid)).toEqual([away, 'CERT_NOT_YET_VALID', 0]);
  expect(await callOver(scene, wrongName)).toEqual([away, 'ERR_TLS_CERT_ALTNAME_INVALID', 0]);
  // The control: an empty object is no token answer, but it was read.
  expect(await callOver(scene, good)).toEqual(['502 invalid_response', undefined, 1]);
});

attack('G14b', 'a server that speaks TLS 1.1 at most is sent nothing', async (scene) => {
  expect(await callOver(scene, { ...certificates.good, ...OLD_TLS })).toEqual([
    '503 upstream_unavailable',
    expect.stringMatching(/^ERR_SSL_.*PROTOCOL/),
    0,
  ]);
});

test('G14b the server of the test does speak TLS 1.1', async () => {
  const server = await openTlsServer({ ...certificates.good, ...OLD_TLS });
  try {
    const socket = connect({ port: server.port, host: '127.0.0.1', ca: certificates.ca, ...OLD_TLS });
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    expect(socket.getProtocol()).toBe('TLSv1.1');
    socket.destroy();
  } finally {
    await server.close();
  }
});

attack(
  'G14c',
  'the emulator’s own certificate is trusted with its dispatcher only',
  async ({ emulator, another, browser }) => {
    const baseUrlTemplate = `${emulator.url}/{subdomain}/{service}`;
    const app = await another({ strategy: { baseUrlTemplate, dispatcher: undefined } });
    expect(outcomeOf(await signIn(emulator, app.browser()))).toBe('503 upstream_unavailable');
    expect(app.errors.map(causeOf)).toEqual(['SELF_SIGNED_CERT_IN_CHAIN']);
    expect(emulator.requestsTo('token')).toHaveLength(0);
    expect(outcomeOf(await signIn(emulator, browser))).toBe('302 /home');
  },
  { emulator: { https: true }, signsIn: true },
);

test.each(['rejectUnauthorized', 'strictSSL', 'insecure', 'ca', 'agent', 'tls', 'checkServerIdentity'])(
  'G14d there is no option %s',
  (name) => {
    const options = {
      subdomain: 'mcx',
      clientID: 'id',
      clientSecret: 'secret',
      callbackURL: 'https://app.example/cb',
      [name]: false,
    } as StrategyOptions & { passReqToCallback?: false };
    expect(() => new Strategy(options)).toThrow(TypeError);
    expect(() => new Strategy(options)).toThrow(name);
  },
);
