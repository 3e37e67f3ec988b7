import { describe, expect, test } from '@jest/globals';
import { PostgresVault } from '../../../../src/postgres';

/** A pool that keeps the statements it is given, and answers them with the same rows. */
function poolWith(...rows: unknown[]): { query: (text: string) => Promise<{ rows: unknown[] }>; sent: string[] } {
  const sent: string[] = [];
  return {
    sent,
    query: (text) => {
      sent.push(text);
      return Promise.resolve({ rows });
    },
  };
}

function failingWith(code: string): { query: () => Promise<never>; attempts: () => number } {
  let attempts = 0;
  return {
    attempts: () => attempts,
    query: () => {
      attempts += 1;
      return Promise.reject(Object.assign(new Error('CANARY'), { code }));
    },
  };
}

describe('new PostgresVault', () => {
  test.each([
    ['no options', undefined, 'PostgresVault needs an options object with pool and table.'],
    ['no pool', {}, 'Option pool of PostgresVault must be a Pool of pg'],
    ['a URL as the pool', { pool: 'postgres://CANARY' }, 'Option pool of PostgresVault must be a Pool of pg'],
    ['an unknown option', { pool: poolWith(), schema: 'CANARY' }, 'Option schema of PostgresVault is unknown'],
  ])('refuses %s with the fix and without the value', (_what, options, message) => {
    const make = (): PostgresVault => new PostgresVault(options as never);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
    expect(make).not.toThrow('CANARY');
  });

  test.each([
    ...['', '.', 'a.', '.a', 'a.b.c', '1a', 'a b', 'a-b', 'a"b', "a'b", 'a;b', 'a$b', 'grants\n', 'größe', 'a\0b'],
    ...[`a${'x'.repeat(63)}`, '$migration$', 'a/**/', 'pg_catalog.a"; DROP TABLE users; --', 7, null],
  ])('refuses %j as a table’s name', (table) => {
    expect(() => new PostgresVault({ pool: poolWith(), table } as never)).toThrow(
      'Option table of PostgresVault must be a table’s name',
    );
  });

  test.each([
    [undefined, '"marketing_cloud_grants"'],
    ['grants', '"grants"'],
    ['Auth.Grants_2', '"Auth"."Grants_2"'],
    [`_${'x'.repeat(62)}`, `"_${'x'.repeat(62)}"`],
  ])('quotes the table’s name %p', async (table, quoted) => {
    const pool = poolWith();
    await new PostgresVault({ pool, table }).read('id');
    expect(pool.sent).toEqual([expect.stringContaining(` FROM ${quoted} WHERE `)]);
  });
});

describe('PostgresVault', () => {
  test('names migrate() where the table is missing', async () => {
    const vault = new PostgresVault({ pool: failingWith('42P01') });
    await expect(vault.read('id')).rejects.toMatchObject({
      code: 'vault_unavailable',
      hint: expect.stringContaining('await vault.migrate()'),
    });
  });

  test('sends a statement again that another transaction got in the way of, but not for ever', async () => {
    const pool = failingWith('40001');
    await expect(new PostgresVault({ pool }).delete('id')).rejects.toMatchObject({ code: '40001' });
    expect(pool.attempts()).toBeGreaterThan(1);
    const refusing = failingWith('42501');
    await expect(new PostgresVault({ pool: refusing }).delete('id')).rejects.toMatchObject({ code: '42501' });
    expect(refusing.attempts()).toBe(1);
  });

  test('asks again when another owner was quicker, but not for ever', async () => {
    const pool = poolWith({ outcome: 'raced' });
    const vault = new PostgresVault({ pool });
    await expect(vault.commit('id', { version: 1, data: 'x', ttlMs: 1 })).rejects.toThrow('kept changing');
    await expect(vault.acquire('id', { version: 1, owner: 'a', leaseMs: 1 })).rejects.toThrow('kept changing');
    expect(pool.sent.length).toBeGreaterThan(3);
  });

  test('does not take a row without data for a record', async () => {
    const vault = new PostgresVault({ pool: poolWith({ version: 1, data: null }) });
    await expect(vault.read('id')).rejects.toThrow(/Unexpected (?:reply|row)/);
    await expect(vault.consume('id', 'a')).rejects.toThrow(/Unexpected (?:reply|row)/);
  });
});
