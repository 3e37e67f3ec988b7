import { expect, test } from '@jest/globals';
import { readConfig } from '../../example-app/src/config';
import { withSharedStore } from '../../example-app/src/shared-stores';
import { describeWithRedis, redisForTests } from '../support/services';

const NOWHERE = 'redis://127.0.0.1:1';

test('several processes without a store to share are refused, with what is missing and how to start it', async () => {
  await expect(withSharedStore(readConfig({}), NOWHERE)).rejects.toThrow(
    /neither REDIS_URL nor DATABASE_URL, and no Redis at redis:\/\/127\.0\.0\.1:1\. Start one, such as with: docker run/,
  );
});

test('a store that is configured is taken, and nobody looks for another one', async () => {
  const databaseUrl = 'postgres://127.0.0.1:5432/app';
  expect(await withSharedStore(readConfig({ DATABASE_URL: databaseUrl }), NOWHERE)).toMatchObject({ databaseUrl });
  expect(await withSharedStore(readConfig({ DATABASE_URL: databaseUrl }), NOWHERE)).not.toHaveProperty('redisUrl');
});

describeWithRedis('several processes on a machine with Redis', () => {
  test('find it at its usual place', async () => {
    const { url } = await redisForTests();
    expect(await withSharedStore(readConfig({}), url)).toMatchObject({ mode: 'emulator', redisUrl: url });
  });
});
