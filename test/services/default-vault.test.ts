import { beforeAll, expect, test } from '@jest/globals';
import { createClient } from 'redis';
import { startFleet } from '../support/fleet/fleet';
import { count, gate, LIFETIME_MS } from '../support/grant-scene';
import { emulate } from '../support/scene';
import { describeWithRedis, redisForTests, type TestRedis } from '../support/services';

/** How long a loser looks for the winner's tokens. */
const TIMEOUT_MS = 4_000;

describeWithRedis('the session store’s vault on connect-redis, in two processes', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await redisForTests();
  });

  async function signedIn() {
    const emulator = await emulate();
    const { url, prefix } = redis;
    const fleet = await startFleet(
      emulator,
      { vault: { kind: 'session-store' }, sessions: { kind: 'redis', url, prefix }, strategy: { timeout: TIMEOUT_MS } },
      [{}, {}],
    );
    const { cookie, grantId } = await fleet.signIn();
    const [one, other] = fleet.workers;
    if (other === undefined) throw new Error('There is no other process.');
    const both = () => Promise.all([one, other].map((worker) => worker.get('/token', cookie)));
    /** The members of the record, as it lies in the store. */
    const members = async (): Promise<string[]> => {
      const client = createClient({ url });
      await client.connect();
      const stored = JSON.parse((await client.get(`${prefix}session:mcg_${grantId}`)) ?? '{}') as object;
      await client.close();
      return Object.keys((stored as { marketingCloudVault?: object }).marketingCloudVault ?? {}).sort();
    };
    expect((await both()).map(({ status }) => status)).toEqual([200, 200]);
    await fleet.pass(LIFETIME_MS + 1_000);
    emulator.requests.clear();
    return { emulator, fleet, cookie, one, other, both, members };
  }

  test('each process makes one token call at most per due token, and all requests get the same new token', async () => {
    const { emulator, fleet, cookie, both, members } = await signedIn();
    for (let life = 0; life < 3; life += 1) {
      emulator.requests.clear();
      const replies = await fleet.burst(fleet.workers, '/token', cookie, 100);
      expect(count(replies.map(({ status }) => status))).toEqual({ 200: 100 });
      expect(emulator.requestsTo('token').length).toBeLessThanOrEqual(2);
      expect(emulator.requestsTo('token').filter(({ status }) => status === 200)).toHaveLength(1);
      expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
      expect(new Set((await both()).map(({ text }) => text)).size).toBe(1);
      await fleet.pass(LIFETIME_MS + 1_000);
    }
    expect(await members()).toEqual(['data', 'kind', 'until', 'version']);
  }, 120_000);

  test('a loser whose refresh token is spent waits for the winner’s tokens and takes them', async () => {
    const { emulator, cookie, one, other, both, members } = await signedIn();
    const { opened, open: answer } = gate();
    emulator.fault('token', { until: opened, timing: 'after', times: 1 });
    const won = one.get('/token', cookie);
    await emulator.requests.waitFor('token');
    const lost = other.get('/token', cookie);
    await emulator.requests.waitFor('token', 2);
    answer();
    const { status, text } = await won;
    expect(status).toBe(200);
    expect(await lost).toMatchObject({ status: 200, text });
    expect((await both()).map((reply) => reply.text)).toEqual([text, text]);
    expect(emulator.requestsTo('token').map((call) => call.status)).toEqual([200, 401]);
    expect(await members()).toEqual(['data', 'kind', 'until', 'version']);
  }, 120_000);

  test('a grant that is dead indeed is so for each process after one call, and no tombstone is written', async () => {
    const { emulator, both, members } = await signedIn();
    emulator.revoke();
    for (let round = 0; round < 3; round += 1) {
      expect((await both()).map(({ status }) => status)).toEqual([401, 401]);
    }
    expect(emulator.requestsTo('token').length).toBe(2);
    expect(await members()).toEqual(['data', 'kind', 'until', 'version']);
  }, 120_000);
});
