import { expect, test } from '@jest/globals';
import { createRedactor } from '../../../../src/cli/doctor/redact';

test('blacks out each secret of the environment, also passwords in URLs as they are written and as they are meant', () => {
  const redact = createRedactor({
    MC_CLIENT_SECRET: ' client-secret\n',
    SESSION_SECRET: 'client-secret-and-more',
    ENCRYPTION_KEY: 'encryption-key',
    REDIS_URL: 'redis://user:redis%40password@127.0.0.1',
    DATABASE_URL: 'postgres://user:%zzpassword@127.0.0.1/app',
    MC_SUBDOMAIN: 'mc-shown',
  });
  expect(redact('client-secret, client-secret-and-more, encryption-key')).toBe('[hidden], [hidden], [hidden]');
  expect(redact('redis%40password redis@password %zzpassword')).toBe('[hidden] [hidden] [hidden]');
  expect(redact('mc-shown user')).toBe('mc-shown user');
});

test('leaves words alone that are too short for a secret', () => {
  expect(createRedactor({ SESSION_SECRET: 'a' })('a cat')).toBe('a cat');
});
