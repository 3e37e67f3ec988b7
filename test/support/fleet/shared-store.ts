import { afterAll } from '@jest/globals';
import { Pool } from 'pg';
import { createClient } from 'redis';
import type { FleetVault } from './worker-config';

/** A test's own hands in the store that a fleet's vault is in. */
export interface SharedStore {
  /** All that is kept of a record, as it lies there; undefined when there is none. */
  readonly record: (id: string) => Promise<Readonly<Record<string, unknown>> | undefined>;
  /** Puts other data in a record's place, as another release might have written it. */
  readonly write: (id: string, data: string) => Promise<void>;
  /** Has a lease end that its owner believes in. */
  readonly endLease: (id: string, how: LeaseEnd) => Promise<void>;
}

/** The lease is not there any more, as after a failover; or it has expired. */
export type LeaseEnd = 'lost' | 'expired';

const open: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const close of open.splice(0)) await close();
});

/** Opens the store of a shared vault; it is closed after the tests of the file. */
export async function openSharedStore(vault: FleetVault): Promise<SharedStore> {
  if (vault.kind === 'session-store') throw new Error('This vault has no store of its own.');
  return vault.kind === 'postgres' ? postgresStore(vault) : await redisStore(vault);
}

async function redisStore({ url, prefix }: { readonly url: string; readonly prefix: string }): Promise<SharedStore> {
  const client = createClient({ url });
  await client.connect();
  open.push(() => client.close());
  const keyOf = (id: string): string => `${prefix}{${id}}`;
  return {
    record: async (id) => {
      const fields = await client.hGetAll(keyOf(id));
      return Object.keys(fields).length === 0 ? undefined : { ...fields };
    },
    write: async (id, data) => {
      await client.hSet(keyOf(id), 'data', data);
    },
    endLease: async (id, how) => {
      if (how === 'lost') await client.hDel(keyOf(id), ['owner', 'until', 'leasedAt']);
      else await client.hSet(keyOf(id), 'until', '1');
    },
  };
}

function postgresStore({ url, table }: { readonly url: string; readonly table: string }): SharedStore {
  const pool = new Pool({ connectionString: url, max: 1 });
  open.push(() => pool.end());
  return {
    record: async (id) => {
      const { rows } = await pool.query<Record<string, unknown>>(`SELECT * FROM ${table} WHERE id = $1`, [id]);
      return rows[0];
    },
    write: async (id, data) => {
      await pool.query(`UPDATE ${table} SET data = $2 WHERE id = $1`, [id, data]);
    },
    endLease: async (id, how) => {
      const change =
        how === 'lost'
          ? 'lease_owner = NULL, lease_until = NULL, lease_version = NULL'
          : `lease_until = now() - interval '1 second'`;
      await pool.query(`UPDATE ${table} SET ${change} WHERE id = $1`, [id]);
    },
  };
}
