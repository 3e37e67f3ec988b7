import { describe, expect, test } from '@jest/globals';
import { RedisVault } from '../../../../src/redis';

const answer = (reply: unknown) => () => Promise.resolve(reply);
const clientOf = (reply: unknown) => ({ eval: answer(reply), evalSha: answer(reply) });

describe('new RedisVault', () => {
  test.each([
    ['no options', undefined, 'RedisVault needs an options object with client and prefix.'],
    ['no client', {}, 'Option client of RedisVault must be a client of node-redis (createClient()) or ioredis.'],
    ['a URL as the client', { client: 'redis://CANARY' }, 'Option client of RedisVault must be'],
    ['a client without scripts', { client: { get: answer('x') } }, 'Option client of RedisVault must be'],
    ['half a client', { client: { eval: answer('x') } }, 'Option client of RedisVault must be'],
    ['an empty prefix', { client: clientOf(['x']), prefix: '' }, 'Option prefix of RedisVault must be a string'],
    ['a prefix of another kind', { client: clientOf(['x']), prefix: null }, 'Option prefix of RedisVault must be'],
    [
      'an unknown option',
      { client: clientOf(['x']), keyPrefix: 'CANARY' },
      'Option keyPrefix of RedisVault is unknown',
    ],
  ])('refuses %s with the fix and without the value', (_what, options, message) => {
    const make = (): RedisVault => new RedisVault(options as never);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
    expect(make).not.toThrow('CANARY');
  });

  test('counts undefined as left out', () => {
    expect(new RedisVault({ client: clientOf(['x']), prefix: undefined })).toBeInstanceOf(RedisVault);
  });
});

describe('RedisVault', () => {
  test.each([undefined, 'OK', { found: true }])('does not take %p for an answer', async (reply) => {
    await expect(new RedisVault({ client: clientOf(reply) }).read('id')).rejects.toThrow(/Unexpected (?:reply|row)/);
  });

  test('does not take a record without data for one', async () => {
    await expect(new RedisVault({ client: clientOf(['found', '1', null]) }).read('id')).rejects.toThrow('without data');
  });

  test('sends a script again for no other reason than that it is unknown', async () => {
    let sent = 0;
    const client = {
      evalSha: () => Promise.reject(new Error('READONLY You can’t write against a read only replica.')),
      eval: () => Promise.resolve((sent += 1)),
    };
    await expect(new RedisVault({ client }).consume('id', 'a')).rejects.toThrow('READONLY');
    expect(sent).toBe(0);
  });
});
