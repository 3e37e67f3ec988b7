import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createTokenString, type TokenFacts } from '../../../../src/emulator/tokens/token-string';

const KEY = Buffer.alloc(32, 1);
const FACTS: TokenFacts = {
  kind: 'access_token',
  clientId: 'a1b2c3d4e5f6g7h8i9j0k1l2',
  enterpriseId: 7_281_698,
  stackKey: 'S7',
  clientType: 'ServerToServer',
};

test.each([['access_token'], ['refresh_token'], ['auth_code']] as const)(
  '%s has 512 characters in four segments',
  (kind) => {
    const value = createTokenString({ ...FACTS, kind }, KEY);
    const [header = '', payload = '', signature = '', filler = ''] = value.split('.');
    expect(value).toHaveLength(512);
    expect(value).toMatch(/^[\w-]+(?:\.[\w-]+){3}$/);
    expect(header).toHaveLength(63);
    expect(signature).toBe(createHmac('sha256', KEY).update(`${header}.${payload}`).digest('base64url'));
    expect(filler.length).toBeGreaterThan(100);
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual({
      [kind]: expect.stringMatching(/^[A-Za-z0-9]{24}$/),
      client_id: FACTS.clientId,
      eid: 7_281_698,
      stack_key: 'S7',
      platform_version: 2,
      client_type: 'ServerToServer',
    });
  },
);

test('every token is different', () => {
  const values = Array.from({ length: 200 }, () => createTokenString(FACTS, KEY));
  expect(new Set(values).size).toBe(200);
});
