import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { authorizeUrl, CALLBACK, emulate, send, token, type Answer } from '../unit/emulator/harness';
import type { Emulator } from '../../src/emulator/index';

const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

async function signIn(emulator: Emulator, parameters: Record<string, string>, verifier?: string): Promise<Answer> {
  const callback = await emulator.signIn(authorizeUrl(emulator, parameters));
  const code = new URL(callback).searchParams.get('code');
  const request = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier };
  return token(emulator, request);
}

test('a challenge is ignored unless the option says otherwise', async () => {
  const emulator = await emulate();
  const parameters = { code_challenge: CHALLENGE, code_challenge_method: 'S256' };
  expect((await signIn(emulator, parameters)).status).toBe(200);
  expect((await signIn(emulator, parameters, 'wrong')).status).toBe(200);
});

test('a challenge that was sent is enforced with enforce-if-sent', async () => {
  const emulator = await emulate({ pkce: 'enforce-if-sent' });
  const parameters = { code_challenge: CHALLENGE, code_challenge_method: 'S256' };
  expect((await signIn(emulator, parameters, VERIFIER)).status).toBe(200);
  expect((await signIn(emulator, parameters, 'w'.repeat(43))).status).toBe(401);
  expect((await signIn(emulator, parameters)).status).toBe(401);
  expect((await signIn(emulator, { code_challenge: VERIFIER }, VERIFIER)).status).toBe(200);
  expect((await signIn(emulator, {})).status).toBe(200);
});

test('an unknown challenge method is invalid_request with enforce-if-sent', async () => {
  const emulator = await emulate({ pkce: 'enforce-if-sent' });
  const url = authorizeUrl(emulator, { code_challenge: CHALLENGE, code_challenge_method: 'S512' });
  expect((await send(url)).headers.get('location')).toContain('error=invalid_request');
});

test('a challenge is an error with reject', async () => {
  const emulator = await emulate({ pkce: 'reject' });
  const { headers } = await send(authorizeUrl(emulator, { code_challenge: CHALLENGE }));
  expect(headers.get('location')).toContain('error=invalid_request');
  expect((await signIn(emulator, {})).status).toBe(200);
});
