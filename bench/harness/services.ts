import { once } from 'node:events';
import { connect } from 'node:net';
import { Client } from 'pg';
import { startPostgres, startRedis } from '../../test/support/services/private-server';
import { findProgram, postgresFolders } from '../../test/support/services/probe';

/** A service that was started for one benchmark, with nothing in it. */
export interface Service {
  readonly url: string;
}

/**
 * Starts a Redis for the time of some work.
 *
 * @returns `instead` where no `redis-server` is installed
 */
export async function withRedis<Result>(work: (redis: Service) => Promise<Result>, instead: Result): Promise<Result> {
  const program = findProgram('redis-server');
  if (program === undefined) return instead;
  const { port, stop } = await startRedis(program, isOpen);
  try {
    return await work({ url: `redis://127.0.0.1:${port}` });
  } finally {
    await stop();
  }
}

/**
 * Starts a PostgreSQL for the time of some work.
 *
 * @returns `instead` where no `postgres` is installed
 */
export async function withPostgres<Result>(
  work: (postgres: Service) => Promise<Result>,
  instead: Result,
): Promise<Result> {
  const program = findProgram('postgres', postgresFolders());
  if (program === undefined) return instead;
  const { port, stop } = await startPostgres(program, (at) => answersSql(toUrl(at)));
  try {
    return await work({ url: toUrl(port) });
  } finally {
    await stop();
  }
}

function toUrl(port: number): string {
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function answersSql(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
