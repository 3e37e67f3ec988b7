import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, test } from '@jest/globals';
import { Door } from '../support/door';
import { anotherStrategy, grantScene, LIFETIME_MS, type GrantScene } from '../support/grant-scene';
import { away, silent, UnreliableVault } from '../support/unreliable-vault';

const TOP = 510_001_000;
const EUROPE = 510_001_101;

async function scene(): Promise<GrantScene & { readonly vault: UnreliableVault }> {
  const vault = new UnreliableVault();
  return { ...(await grantScene({ strategy: { vault } })), vault };
}

test('O6 tokens that the vault has not stored yet keep their lease, so that another process waits for them', async () => {
  const { vault, ...signedIn } = await scene();
  const { app, emulator, grantId, pass } = signedIn;
  const other = anotherStrategy(signedIn, vault);
  pass(LIFETIME_MS + 1_000);
  vault.fail('commit', 1);
  const { accessToken } = await app.strategy.credentials(grantId);
  expect((await other.credentials(grantId)).accessToken).toBe(accessToken);
  expect(emulator.requestsTo('token')).toHaveLength(1);
  await other.close();
});

test('O6 a request with tokens that the vault has not stored waits half a second at most for a silent vault', async () => {
  const { app, grantId, pass, vault } = await scene();
  pass(LIFETIME_MS + 1_000);
  vault.before = (operation) => (operation === 'commit' ? away() : undefined);
  const { accessToken } = await app.strategy.credentials(grantId);
  vault.before = silent;
  const startedAt = performance.now();
  expect((await app.strategy.credentials(grantId)).accessToken).toBe(accessToken);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  vault.before = undefined;
}, 20_000);

test('K1 a read that began before a sign-out does not cache the grant for an outage of the vault', async () => {
  const { app, grantId, vault } = await scene();
  const door = new Door();
  vault.after = (operation) => (operation === 'read' ? door.pass() : undefined);
  const slow = app.strategy.credentials(grantId);
  await door.arrived;
  await app.strategy.forget(grantId);
  door.open();
  await slow;
  vault.before = away;
  await expect(app.strategy.credentials(grantId)).rejects.toMatchObject({ code: 'vault_unavailable' });
});

test('P1 a grant that was found dead is not served from memory while the vault is away', async () => {
  const { app, emulator, grantId, pass, vault } = await scene();
  pass(LIFETIME_MS - 120_000);
  emulator.revoke();
  const marking = new Door();
  vault.after = (operation) => (operation === 'markDead' ? marking.pass() : undefined);
  await app.strategy.credentials(grantId);
  await marking.arrived;
  marking.open();
  await app.strategy.close();
  vault.before = away;
  await expect(app.strategy.credentials(grantId)).rejects.toMatchObject({ code: 'vault_unavailable' });
});

test.each(['read', 'markDead'] as const)(
  'P6 a lost refresh token is reported once, also where the vault fails at the %s that follows',
  async (operation) => {
    const { app, emulator, grantId, pass, vault } = await scene();
    const events: unknown[] = [];
    const note = (event: unknown): void => void events.push(event);
    subscribe('passport-marketing-cloud:rotation-lost', note);
    pass(LIFETIME_MS + 1_000);
    emulator.fault('token', { drop: 'before-headers', timing: 'after', times: 1 });
    let times = 0;
    vault.before = (asked) => {
      if (asked === 'acquire') times += 1;
      else if (asked === operation && times === 1) {
        times += 1;
        away();
      }
    };
    await expect(app.strategy.credentials(grantId)).rejects.toMatchObject({ code: 'vault_unavailable' });
    await expect(app.strategy.credentials(grantId)).rejects.toMatchObject({
      code: 'sign_in_required',
      reason: 'rotation_lost',
    });
    unsubscribe('passport-marketing-cloud:rotation-lost', note);
    expect(events).toHaveLength(1);
  },
);

test('O6 tokens that wait for the vault are stored before they are refreshed again', async () => {
  const { vault, ...signedIn } = await scene();
  const { app, emulator, grantId } = signedIn;
  const other = anotherStrategy(signedIn, vault);
  const grant = app.strategy.grant(grantId);
  vault.before = (operation) => (operation === 'commit' ? away() : undefined);
  await grant.switchBusinessUnit(EUROPE);
  await vault.endLease();
  const door = new Door();
  emulator.fault('token', { until: door.opened, timing: 'after' });
  vault.fail('commit', 1);
  const switched = grant.switchBusinessUnit(TOP);
  await emulator.requests.waitFor('token', 2);
  await other.grant(grantId).keep();
  door.open();
  const { accessToken } = await switched;
  await app.strategy.close();
  expect((await other.credentials(grantId)).accessToken).toBe(accessToken);
  await other.close();
});

test('O7 a process that lost the lease and is refused takes the new holder’s tokens, however late they come', async () => {
  const { vault, ...signedIn } = await scene();
  const { app, emulator, grantId, pass } = signedIn;
  const other = anotherStrategy(signedIn, vault);
  pass(LIFETIME_MS + 1_000);
  const [asking, committing] = [new Door(), new Door()];
  emulator.fault('token', { until: asking.opened, timing: 'before', times: 1 });
  const slow = app.strategy.credentials(grantId);
  await emulator.requests.waitFor('token');
  await vault.endLease();
  vault.before = (operation) => (operation === 'commit' ? committing.pass() : undefined);
  const quick = other.credentials(grantId);
  await committing.arrived;
  // Refused, it looks whether there is anything newer, and there is not yet.
  vault.after = (operation) => (operation === 'read' ? committing.open() : undefined);
  asking.open();
  expect((await slow).accessToken).toBe((await quick).accessToken);
  await other.close();
});

test('K1 tokens that wait for the vault are dropped when the grant is deleted', async () => {
  const { app, grantId, pass, vault } = await scene();
  pass(LIFETIME_MS + 1_000);
  vault.before = (operation) => (operation === 'commit' ? away() : undefined);
  await app.strategy.credentials(grantId);
  await app.strategy.forget(grantId);
  vault.before = away;
  await expect(app.strategy.credentials(grantId)).rejects.toMatchObject({ code: 'vault_unavailable' });
  vault.before = undefined;
});

test('P9 tokens that arrive between the last read and markDead keep the grant alive', async () => {
  const { vault, ...signedIn } = await scene();
  const { app, grantId, pass } = signedIn;
  const other = anotherStrategy(signedIn, vault);
  pass(LIFETIME_MS + 1_000);
  const committing = new Door();
  vault.before = (operation) => (operation === 'commit' ? committing.pass() : undefined);
  const winner = other.credentials(grantId);
  await committing.arrived;
  await vault.endLease();
  vault.before = async (operation) => {
    if (operation !== 'markDead') return;
    committing.open();
    await winner;
  };
  expect((await app.strategy.credentials(grantId)).accessToken).toBe((await winner).accessToken);
  await other.close();
});

test('O6 a lease that the vault grants after its caller has given up is released', async () => {
  const vault = new UnreliableVault();
  const { app, grantId, pass } = await grantScene({ strategy: { vault, vaultTimeout: 100 } });
  pass(LIFETIME_MS + 1_000);
  const [late, released] = [new Door(), new Door()];
  vault.after = (operation) => (operation === 'acquire' ? late.pass() : undefined);
  vault.before = (operation) => (operation === 'release' ? void released.pass() : undefined);
  await expect(app.strategy.credentials(grantId)).rejects.toMatchObject({ code: 'vault_unavailable' });
  vault.after = undefined;
  late.open();
  await released.arrived;
  vault.before = undefined;
  expect((await app.strategy.credentials(grantId)).accessToken).toHaveLength(512);
});

test('O6 keeping a grant whose tokens wait for the vault commits them first, as new ones', async () => {
  const { vault, ...signedIn } = await scene();
  const { app, grantId, pass } = signedIn;
  pass(LIFETIME_MS + 1_000);
  vault.fail('commit', 2);
  const { accessToken } = await app.strategy.credentials(grantId);
  await app.strategy.grant(grantId).keep();
  const { version = 0 } = (await vault.read(grantId)) ?? {};
  const next = await vault.acquire(grantId, { version, owner: 'the next one', leaseMs: 1_000 });
  expect(next).toMatchObject({ outcome: 'leased', interrupted: false });
  expect((await app.strategy.credentials(grantId)).accessToken).toBe(accessToken);
});
