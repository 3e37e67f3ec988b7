import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Acquired, Vault } from '../../vaults/vault';

/** One sentence that is true of every vault, and the proof. */
export type Case = readonly [sentence: string, prove: (vault: Vault) => Promise<void>];

/** Longer than any test takes. */
export const DAY_MS = 86_400_000;

/** An id as the strategy makes them, and one that no other case uses: 27 characters. */
export function newId(): string {
  return randomBytes(20).toString('base64url');
}

/** Stores a grant for a day. Resolves to its id. */
export async function grantIn(vault: Vault, data = 'first'): Promise<string> {
  const id = newId();
  await vault.create(id, 'grant', data, DAY_MS);
  return id;
}

/** Asks for a lease of ten seconds. */
export function ask(vault: Vault, id: string, owner: string, version = 1, leaseMs = 10_000): Promise<Acquired> {
  return vault.acquire(id, { version, owner, leaseMs });
}

/** The owner whose short leases end by their time. */
export const LOST_OWNER = 'an owner that never returns';

/** Takes a short lease for `LOST_OWNER`, and waits until another owner gets the next one. */
export async function takeOver(vault: Vault, id: string, nextOwner: string, version = 1): Promise<Acquired> {
  const lost = await ask(vault, id, LOST_OWNER, version, 40);
  assert.equal(lost.outcome, 'leased');
  return await until(async () => {
    const next = await ask(vault, id, nextOwner, version);
    return next.outcome === 'busy' ? undefined : next;
  });
}

/** Asks again and again until there is an answer. */
export async function until<T>(answer: () => Promise<T | undefined>): Promise<T> {
  const giveUpAt = performance.now() + 4_000;
  while (performance.now() < giveUpAt) {
    const answered = await answer();
    if (answered !== undefined) return answered;
    await wait(10);
  }
  throw new assert.AssertionError({
    message: 'Timed out: the vault did not reach the expected state within 4 seconds.',
  });
}

/** Waits until a record has gone by itself. */
export async function untilGone(vault: Vault, id: string): Promise<void> {
  await until(async () => ((await vault.read(id)) === undefined ? true : undefined));
}
