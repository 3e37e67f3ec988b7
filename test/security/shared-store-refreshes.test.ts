import { expect, test } from '@jest/globals';
import session from 'express-session';
import { SessionStoreVault, type Strategy } from '../../src';
import { Door } from '../support/door';
import { anotherStrategy, grantScene, LIFETIME_MS, type GrantScene } from '../support/grant-scene';
import { SharedStore } from '../support/stores';

/** Two processes on one session store, and a user whose token has expired. */
async function twoProcesses(): Promise<
  GrantScene & { readonly other: Strategy; readonly otherStore: SharedStore; readonly records: session.MemoryStore }
> {
  const records = new session.MemoryStore();
  const scene = await grantScene({ strategy: { vault: new SessionStoreVault(new SharedStore(records)) } });
  const otherStore = new SharedStore(records);
  const other = anotherStrategy(scene, new SessionStoreVault(otherStore));
  scene.pass(LIFETIME_MS + 1_000);
  return { ...scene, other, otherStore, records };
}

test('defect 20: a dead grant in a shared session store is reported within seconds if no other process refreshes', async () => {
  const { app, emulator, grantId } = await twoProcesses();
  emulator.revoke();
  const startedAt = performance.now();
  await expect(app.strategy.credentials(grantId)).rejects.toMatchObject({ code: 'sign_in_required' });
  expect(performance.now() - startedAt).toBeGreaterThan(1_400);
  // `timeout` is ten seconds.
  expect(performance.now() - startedAt).toBeLessThan(6_000);
}, 20_000);

test('defect 20: a process waits for another one that it sees refreshing, and takes its tokens', async () => {
  const { app, emulator, grantId, other, otherStore } = await twoProcesses();
  const door = new Door();
  emulator.fault('token', { until: door.opened, timing: 'after', times: 1 });
  const winner = app.strategy.credentials(grantId);
  await emulator.requests.waitFor('token');
  const loser = other.credentials(grantId);
  await emulator.requests.waitFor('token', 2);
  // Each look takes a quarter of a second: longer than it waits for a process that it cannot see.
  await otherStore.read(20);
  door.open();
  expect((await loser).accessToken).toBe((await winner).accessToken);
  expect(emulator.requestsTo('token')).toHaveLength(2);
  await other.close();
}, 20_000);

test('defect 20: a refresh that has ended leaves nothing in a shared session store but the grant', async () => {
  const { app, grantId, other, records } = await twoProcesses();
  for (const strategy of [app.strategy, other]) await strategy.credentials(grantId);
  const keys = await new Promise<string[]>((resolve) =>
    records.all((_error, all) => resolve(Object.keys(all ?? {}).filter((key) => key.startsWith('mcg_')))),
  );
  expect(keys).toEqual([`mcg_${grantId}`]);
  await other.close();
});
