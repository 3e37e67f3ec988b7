import { beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { RedisVault } from '../../src/redis';
import { describeWithRedis, redisForTests } from '../support/services';
import { TcpProxy } from '../support/tcp-proxy';

const DAY_MS = 86_400_000;

describeWithRedis('RedisVault on ioredis, which sends a command again when its answer was lost', () => {
  let url: string;
  let prefix: string;
  beforeAll(async () => {
    ({ url, prefix } = await redisForTests());
  });

  /** Runs a call whose answer is lost after Redis has acted on it; resolves to what ioredis gives in the end. */
  async function afterLosing<T>(call: (vault: RedisVault) => Promise<T>): Promise<T> {
    const way = await TcpProxy.to(url, 6379);
    const client = new Redis(way.url);
    client.on('error', () => undefined);
    await client.ping();
    way.loseNextAnswer();
    try {
      return await call(new RedisVault({ client, prefix }));
    } finally {
      client.disconnect();
    }
  }

  test('defect 14: a record is created, a sign-in consumed and a commit made once, and each call succeeds', async () => {
    await afterLosing((vault) => vault.create('grant', 'grant', 'first', DAY_MS));
    await afterLosing((vault) => vault.create('pending', 'sign-in', 'state', DAY_MS));
    expect(await afterLosing((vault) => vault.consume('pending', 'a'))).toBe('state');
    expect(await afterLosing((vault) => vault.consume('pending', 'b'))).toBeUndefined();
    const ask = { version: 1, owner: 'a', leaseMs: 60_000 };
    const leased = await afterLosing((vault) => vault.acquire('grant', ask));
    expect(leased).toEqual({ outcome: 'leased', record: { version: 1, data: 'first' }, interrupted: false });
    expect(await afterLosing((vault) => vault.renew('grant', 'a', 60_000))).toBe(true);
    const change = { version: 1, data: 'second', ttlMs: DAY_MS, owner: 'a' };
    expect(await afterLosing((vault) => vault.commit('grant', change))).toBe('committed');
    expect(await afterLosing((vault) => vault.read('grant'))).toEqual({ version: 2, data: 'second' });
    expect(await afterLosing((vault) => vault.markDead('grant', { version: 2, reason: 'x' }))).toBe(true);
    await afterLosing((vault) => vault.release('grant', 'a'));
    await afterLosing((vault) => vault.delete('grant'));
    expect(await afterLosing((vault) => vault.read('grant'))).toBeUndefined();
  }, 60_000);
});
