import { randomBytes } from 'node:crypto';
import type { Vault } from 'passport-marketing-cloud';
import { loadPackage } from '../apps/package-under-test';
import { openStore, type StoreConfig } from '../apps/stores';
import { childConfig, serveOrders } from '../harness/child-process';

/** What a vault's process is started with. */
export interface VaultConfig {
  readonly store: StoreConfig;
}

/** Orders of a vault's process. */
export interface VaultOrders {
  /** Creates grants with the given data. */
  fill(count: number, data: string, ttlMs: number): Promise<void>;
  /** Milliseconds of each call: single calls, one after another, for grants chosen at random. */
  time(operation: 'read' | 'acquire' | 'commit', samples: number): Promise<number[]>;
  /** Deletes expired grants, where the vault leaves that to a job; the number of them. */
  purge(): Promise<number>;
  /** Bytes of the heap in use after a collection. */
  heap(): number;
}

const IN_PARALLEL = 32;

async function main({ store }: VaultConfig): Promise<void> {
  const vault = await openVault(store);
  const ids: string[] = [];
  let grantData = '';

  const fill = async (count: number, data: string, ttlMs: number): Promise<void> => {
    let left = count;
    grantData = data;
    const lane = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const id = randomBytes(20).toString('base64url');
        await vault.create(id, 'grant', data, ttlMs);
        // Those that expire at once are there to be purged.
        if (ttlMs > 1) ids.push(id);
      }
    };
    await Promise.all(Array.from({ length: IN_PARALLEL }, lane));
  };

  const callOnce = async (operation: 'read' | 'acquire' | 'commit'): Promise<number> => {
    const index = Math.floor(Math.random() * ids.length);
    const id = ids[index] ?? '';
    const owner = `bench-${index}`;
    const startedAt = performance.now();
    if (operation === 'read') {
      await vault.read(id);
      return performance.now() - startedAt;
    }
    const { version = 1 } = (await vault.read(id)) ?? {};
    const begunAt = performance.now();
    if (operation === 'acquire') {
      await vault.acquire(id, { version, owner, leaseMs: 3_000 });
    } else {
      await vault.commit(id, { version, data: grantData, ttlMs: 86_400_000, owner });
    }
    const ms = performance.now() - begunAt;
    if (operation === 'acquire') await vault.release(id, owner);
    return ms;
  };

  serveOrders<VaultOrders>({
    fill,
    time: async (operation, samples) => {
      const times: number[] = [];
      while (times.length < samples) times.push(await callOnce(operation));
      return times;
    },
    purge: () => purge(vault),
    heap: () => {
      globalThis.gc?.();
      return process.memoryUsage().heapUsed;
    },
  });
}

/** Only the vault in PostgreSQL leaves expired grants to a job. */
async function purge(vault: Vault): Promise<number> {
  const { PostgresVault } = await loadPackage('postgres', undefined);
  return vault instanceof PostgresVault ? await vault.purge() : 0;
}

async function openVault(config: StoreConfig): Promise<Vault> {
  const { sessions, openVault: openVaultBeside } = await openStore(config);
  const vault = await openVaultBeside(undefined);
  if (vault !== undefined) return vault;
  const { SessionStoreVault } = await loadPackage('index', undefined);
  return new SessionStoreVault(sessions);
}

main(childConfig() as VaultConfig).catch((error: unknown) => {
  process.stderr.write(`${String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(1);
});
