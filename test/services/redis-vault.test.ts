import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Cluster, Redis as IoRedis } from 'ioredis';
import { Redis as IoRedis5 } from 'ioredis5';
import { createClient, createCluster, RESP_TYPES } from 'redis';
import { createClient as createClient4 } from 'redis4';
import { createClient as createClient5 } from 'redis5';
import { RedisVault, type RedisClient } from '../../src/redis';
import { vaultContract } from '../../src/testing';
import { describeWithRedis, describeWithRedisServer, redisClusterForTests, redisForTests } from '../support/services';

const DAY_MS = 86_400_000;

/** The part of a node-redis client that is used, in every release. */
interface Connection {
  connect(): Promise<unknown>;
  quit(): Promise<unknown>;
}

describeWithRedis('RedisVault', () => {
  let url: string;
  let prefix: string;
  let nodeRedis: ReturnType<typeof createClient>;
  let ioRedis: IoRedis;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    ({ url, prefix } = await redisForTests());
    nodeRedis = createClient({ url });
    ioRedis = new IoRedis(url);
    closing.push(
      () => nodeRedis.close(),
      () => ioRedis.quit(),
    );
    await nodeRedis.connect();
  });
  afterAll(() => Promise.all(closing.map((close) => close())));

  const vaultOn = (client: RedisClient): RedisVault => new RedisVault({ client, prefix });

  describe('on node-redis', () => {
    vaultContract({ makeVault: () => vaultOn(nodeRedis) });
  });

  describe('on ioredis', () => {
    vaultContract({ makeVault: () => vaultOn(ioRedis) });
  });

  const olderNodeRedis: [string, (options: { url: string }) => RedisClient & Connection][] = [
    ['4', createClient4],
    ['5', createClient5],
  ];
  describe.each(olderNodeRedis)('on node-redis %s', (_release, create) => {
    let client: ReturnType<typeof create>;
    beforeAll(async () => {
      client = create({ url });
      closing.push(() => client.quit());
      await client.connect();
    });
    vaultContract({ makeVault: () => vaultOn(client) });
  });

  describe('on ioredis 5', () => {
    let client: IoRedis5;
    beforeAll(() => {
      client = new IoRedis5(url);
      closing.push(() => client.quit());
    });
    vaultContract({ makeVault: () => vaultOn(client) });
  });

  describe('on a client that has a key prefix and pipelines of its own', () => {
    let client: IoRedis;
    beforeAll(() => {
      client = new IoRedis(url, { keyPrefix: prefix, enableAutoPipelining: true, stringNumbers: true });
      closing.push(() => client.quit());
    });
    vaultContract({ makeVault: () => new RedisVault({ client }) });
  });

  test('keeps a record in one key, which begins with the prefix and ends with its time', async () => {
    const vault = vaultOn(nodeRedis);
    await vault.create('one', 'grant', 'data', DAY_MS);
    await vault.acquire('one', { version: 1, owner: 'a', leaseMs: 3_000 });
    await vault.release('one', 'a', { note: 'note', interrupted: true });
    const keys = await ioRedis.keys(`${prefix}*{one}*`);
    expect(keys).toEqual([`${prefix}{one}`]);
    expect(await ioRedis.pttl(`${prefix}{one}`)).toBeGreaterThan(DAY_MS - 60_000);
    await vault.delete('one');
    expect(await ioRedis.exists(`${prefix}{one}`)).toBe(0);
  });

  test('defect 17: a dead grant keeps no data and ten minutes', async () => {
    const vault = vaultOn(nodeRedis);
    for (const [id, ttlMs, keptMs] of [
      ['dead', DAY_MS, 600_000],
      ['dead and short', 60_000, 60_000],
    ] as const) {
      await vault.create(id, 'grant', 'tokens', ttlMs);
      await vault.markDead(id, { version: 1, reason: 'invalid_grant' });
      expect(JSON.stringify(await ioRedis.hgetall(`${prefix}{${id}}`))).not.toContain('tokens');
      const leftMs = await ioRedis.pttl(`${prefix}{${id}}`);
      expect(leftMs).toBeLessThanOrEqual(keptMs);
      expect(leftMs).toBeGreaterThan(keptMs - 30_000);
    }
  });

  test('begins its keys with mcg: unless it is told otherwise', async () => {
    const client = new IoRedis(url, { keyPrefix: `${prefix}outer:` });
    closing.push(() => client.quit());
    await new RedisVault({ client }).create('usual', 'grant', 'data', DAY_MS);
    expect(await ioRedis.keys(`${prefix}outer:*`)).toEqual([`${prefix}outer:mcg:{usual}`]);
  });

  test('gives one grant to clients of both kinds, and one lease', async () => {
    const vaults = [vaultOn(nodeRedis), vaultOn(ioRedis)];
    await vaults[0]?.create('shared', 'grant', 'first', DAY_MS);
    const ask = (vault: RedisVault, index: number) =>
      vault.acquire('shared', { version: 1, owner: `${index}`, leaseMs: 60_000 });
    const asked = await Promise.all([...vaults, ...vaults, ...vaults, ...vaults].map(ask));
    expect(asked.filter(({ outcome }) => outcome === 'leased')).toHaveLength(1);
    expect(asked.filter(({ outcome }) => outcome === 'busy')).toHaveLength(7);
  });

  test('keeps every byte of a string, line ends and zeros too', async () => {
    const data = Array.from({ length: 0x250 }, (_, code) => String.fromCharCode(code)).join('');
    for (const [index, client] of [nodeRedis, ioRedis].entries()) {
      await vaultOn(client).create(`bytes ${index}`, 'grant', data, DAY_MS);
      expect(await vaultOn(client).read(`bytes ${index}`)).toEqual({ version: 1, data });
    }
  });

  test.each([2, 3] as const)('reads the answers of RESP %i, as strings and as buffers', async (RESP) => {
    const client = createClient({ url, RESP });
    closing.push(() => client.close());
    await client.connect();
    const withBuffers = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    await vaultOn(client).create(`resp ${RESP}`, 'grant', 'größer', DAY_MS);
    for (const one of [client, withBuffers]) {
      expect(await vaultOn(one).read(`resp ${RESP}`)).toEqual({ version: 1, data: 'größer' });
    }
  });

  test('sends the whole script where the server does not know it', async () => {
    const unknown = '0'.repeat(40);
    const sent: string[] = [];
    const forgetful = [
      {
        eval: (script: string, options: { keys: string[]; arguments: string[] }) => {
          sent.push('node-redis');
          return nodeRedis.eval(script, options);
        },
        evalSha: (_sha1: string, options: { keys: string[]; arguments: string[] }) =>
          nodeRedis.evalSha(unknown, options),
      },
      {
        eval: (script: string, count: number, ...rest: string[]) => {
          sent.push('ioredis');
          return ioRedis.eval(script, count, ...rest);
        },
        evalsha: (_sha1: string, count: number, ...rest: string[]) => ioRedis.evalsha(unknown, count, ...rest),
      },
    ];
    for (const [index, client] of forgetful.entries()) {
      const vault = vaultOn(client);
      await vault.create(`script ${index}`, 'sign-in', 'state', DAY_MS);
      expect(await vault.consume(`script ${index}`, 'a')).toBe('state');
    }
    expect(sent).toEqual(['node-redis', 'node-redis', 'ioredis', 'ioredis']);
  });

  test('passes on what a client says that is closed', async () => {
    const client = createClient({ url });
    await expect(vaultOn(client).read('any')).rejects.toThrow(/closed/i);
  });
});

describeWithRedisServer('RedisVault on a cluster', () => {
  let vaults: RedisVault[] = [];
  const closing: (() => unknown)[] = [];

  beforeAll(async () => {
    const { port } = await redisClusterForTests();
    const nodeRedis = createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${port}` }] });
    const ioRedis = new Cluster([{ host: '127.0.0.1', port }]);
    closing.push(
      () => nodeRedis.close(),
      () => ioRedis.disconnect(),
    );
    await nodeRedis.connect();
    vaults = [new RedisVault({ client: nodeRedis }), new RedisVault({ client: ioRedis })];
  });
  afterAll(() => Promise.all(closing.map((close) => close())));

  test('creates, leases, commits and consumes, with both clients', async () => {
    for (const [index, vault] of vaults.entries()) {
      const [grant, pending] = [`grant ${index}`, `pending ${index}`];
      await vault.create(grant, 'grant', 'first', DAY_MS);
      await vault.create(pending, 'sign-in', 'state', DAY_MS);
      const asked = await vault.acquire(grant, { version: 1, owner: 'a', leaseMs: 3_000 });
      expect(asked.outcome).toBe('leased');
      expect(await vault.commit(grant, { version: 1, data: 'second', ttlMs: DAY_MS, owner: 'a' })).toBe('committed');
      expect(await vault.read(grant)).toEqual({ version: 2, data: 'second' });
      expect(await vault.consume(pending, 'a')).toBe('state');
    }
  });
});
