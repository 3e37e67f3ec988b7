import type { Environment } from './variables';

/** A shorter value may be a part of any word, and is no secret. */
const MIN_SECRET_LENGTH = 6;

/**
 * Makes a function that blacks out the secrets of an environment in a text: the last safeguard, since no rule puts one
 * there.
 */
export function createRedactor(env: Environment): (text: string) => string {
  const given = ['MC_CLIENT_SECRET', 'SESSION_SECRET', 'ENCRYPTION_KEY'].map((name) => env[name] ?? '');
  const passwords = ['REDIS_URL', 'DATABASE_URL', 'MC_CALLBACK_URL'].flatMap((name) => passwordsIn(env[name] ?? ''));
  const secrets = [...given, ...passwords]
    .flatMap((secret) => [secret, secret.trim()])
    .filter((secret) => secret.trim().length >= MIN_SECRET_LENGTH)
    // A secret may be the beginning of another one.
    .sort((one, other) => other.length - one.length);
  return (text) => secrets.reduce((hidden, secret) => hidden.replaceAll(secret, '[hidden]'), text);
}

function passwordsIn(text: string): string[] {
  if (!URL.canParse(text)) return [];
  const { password } = new URL(text);
  return [password, decode(password)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
