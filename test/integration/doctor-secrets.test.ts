import { expect, test } from '@jest/globals';
import { runDoctor } from '../../src/cli/doctor/doctor-command';
import { RULES } from '../../src/cli/doctor/rules';
import type { Fault } from '../../src/emulator';
import { emulatorVariables, examine } from '../support/doctor';
import { emulate } from '../support/scene';

const SECRETS = {
  MC_CLIENT_SECRET: 'CANARY-client-secret',
  SESSION_SECRET: 'CANARY-session-secret',
  ENCRYPTION_KEY: 'CANARY-encryption-key',
  REDIS_URL: 'redis://user:CANARY-redis@127.0.0.1:9',
  DATABASE_URL: 'postgres://user:CANARY%2Dpostgres@127.0.0.1:9/app',
};

/** Everything that a run has printed, as text and as JSON. */
async function print(env: Record<string, string | undefined>): Promise<string> {
  let output = '';
  const write = (text: string): void => void (output += text);
  for (const args of [[], ['--json']]) {
    await runDoctor(args, { env, folder: process.cwd(), write, hasColours: true });
  }
  return output;
}

test('no secret and no password is printed, also where it was pasted into another variable', async () => {
  const emulator = await emulate();
  const variables = { ...emulatorVariables(emulator), ...SECRETS };
  const pasted = Object.keys(variables).map((name) => ({ ...variables, [name]: 'CANARY: pasted, here?x=1' }));
  const callback = {
    ...variables,
    MC_CALLBACK_URL: 'https://me:CANARY-callback@127.0.0.1:9/cb?token=CANARY-token#CANARY',
  };
  for (const env of [variables, callback, ...pasted]) expect(await print(env)).not.toContain('CANARY');
}, 60_000);

test.each([
  ['a word of its titles', 'session'],
  ['a word of its ids and its output', 'checks'],
  ['blank', '       '],
])('the JSON is whole where a secret is %s', async (_what, secret) => {
  const emulator = await emulate();
  const env = { ...emulatorVariables(emulator), MC_CLIENT_SECRET: secret, SESSION_SECRET: secret };
  const examination = await examine(env);
  expect(examination.ids).toEqual(RULES.map(({ id }) => id));
});

test.each<[string, 'token' | 'authorize', (secret: string) => Fault]>([
  ['an error word', 'token', (secret) => ({ status: 401, body: { error: secret, error_description: secret } })],
  [
    'a description',
    'token',
    (secret) => ({ status: 401, body: { error: 'invalid_client', error_description: secret } }),
  ],
  ['a page', 'authorize', (secret) => ({ status: 400, body: `redirect_uri ${secret}` })],
  ['a host', 'authorize', (secret) => ({ status: 302, headers: { Location: `https://${secret}.example/` } })],
  [
    'an error at the callback',
    'authorize',
    (secret) => ({
      status: 302,
      headers: { Location: `https://127.0.0.1:9/auth/callback?error=${secret}&error_description=${secret}` },
    }),
  ],
])('a secret that the server repeats in %s is not printed', async (_where, endpoint, fault) => {
  const emulator = await emulate();
  const secret = 'canary_client_secret';
  emulator.fault(endpoint, fault(secret));
  expect(await print({ ...emulatorVariables(emulator), MC_CLIENT_SECRET: secret })).not.toContain(secret);
});
