import { expect, test } from '@jest/globals';
import { parseConfig } from '../../example-app/src/config/config';
import { withSharedStore } from '../../example-app/src/stores/stores';
import { describeWithRedis, redisForTests } from '../support/services';

const NO_REDIS = 'redis://127.0.0.1:1';

test('several processes without a shared store are refused with how to start one', async () => {
  await expect(withSharedStore(parseConfig({}), NO_REDIS)).rejects.toThrow(
    /REDIS_URL and DATABASE_URL are not set and no Redis answers at redis:\/\/127\.0\.0\.1:1\. Start one, .*docker run/,
  );
});

test('a configured store is used, and no other one is looked for', async () => {
  const databaseUrl = 'postgres://127.0.0.1:5432/app';
  expect(await withSharedStore(parseConfig({ DATABASE_URL: databaseUrl }), NO_REDIS)).toMatchObject({ databaseUrl });
  expect(await withSharedStore(parseConfig({ DATABASE_URL: databaseUrl }), NO_REDIS)).not.toHaveProperty('redisUrl');
});

describeWithRedis('several processes on a machine with Redis', () => {
  test('use it at its default address', async () => {
    const { url } = await redisForTests();
    expect(await withSharedStore(parseConfig({}), url)).toMatchObject({ mode: 'emulator', redisUrl: url });
  });
});
