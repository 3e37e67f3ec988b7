import { createHmac, randomBytes } from 'node:crypto';

const LENGTH = 512;
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The content of the second segment of a code or token. It has no user, business unit or expiry. */
export interface TokenFacts {
  readonly kind: 'access_token' | 'refresh_token' | 'auth_code';
  readonly clientId: string;
  readonly enterpriseId: number;
  readonly stackKey: string;
  readonly clientType: 'Confidential' | 'Public' | 'ServerToServer';
}

/**
 * Creates a code or token like live ones: 512 characters in four segments. The first three look like a JWT; the fourth is
 * random and fills up the length, so that a JWT library refuses the whole.
 */
export function createTokenString(facts: TokenFacts, key: Buffer): string {
  const header = segment({ alg: 'HS256', kid: '4', ver: '1', typ: 'JWT' });
  const payload = segment({
    [facts.kind]: randomAlphanumeric(24),
    client_id: facts.clientId,
    eid: facts.enterpriseId,
    stack_key: facts.stackKey,
    platform_version: 2,
    client_type: facts.clientType,
  });
  const signature = createHmac('sha256', key).update(`${header}.${payload}`).digest('base64url');
  const signed = `${header}.${payload}.${signature}.`;
  return (
    signed +
    randomBytes(LENGTH)
      .toString('base64url')
      .slice(0, Math.max(LENGTH - signed.length, 43))
  );
}

function segment(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function randomAlphanumeric(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHANUMERIC.charAt(byte % ALPHANUMERIC.length)).join('');
}
