import type { Client } from 'pg';
import type { RedisClientType } from 'redis';
import type { Browser } from '../support/browser';

/** Reads records of the example app from its store, as text. */
export interface RecordReader {
  readonly session: (id: string) => Promise<string | undefined>;
  readonly grant: (id: string) => Promise<string | undefined>;
}

export function createRedisReader(client: Pick<RedisClientType, 'get' | 'hGet'>, prefix: string): RecordReader {
  return {
    session: async (id) => (await client.get(`${prefix}session:${id}`)) ?? undefined,
    grant: async (id) => (await client.hGet(`${prefix}grant:{${id}}`, 'data')) ?? undefined,
  };
}

export function createPostgresReader(client: Client): RecordReader {
  const read = async (sql: string, id: string): Promise<string | undefined> => {
    const { rows } = await client.query<{ text: string }>(sql, [id]);
    return rows[0]?.text;
  };
  return {
    session: (id) => read('SELECT sess::text AS text FROM example_app_sessions WHERE sid = $1', id),
    grant: (id) => read('SELECT data AS text FROM example_app_grants WHERE id = $1', id),
  };
}

/** Gets the session id from the example app's cookie. */
export function getSessionId(browser: Browser): string {
  const cookie = decodeURIComponent(browser.cookies.get('example-app.sid') ?? '');
  return /^s:([^.]+)\./.exec(cookie)?.[1] ?? '';
}

/** Gets the grant's id from a session record. */
export function getGrantId(session: string | undefined): string {
  const { marketingCloud } = JSON.parse(session ?? '{}') as { marketingCloud?: Record<string, unknown> };
  return /"([\w-]{27})"/.exec(JSON.stringify(marketingCloud ?? {}))?.[1] ?? '';
}

/** Adds a key prefix to the URL of a Redis. */
export function withPrefix({ url, prefix }: { readonly url: string; readonly prefix: string }): string {
  const address = new URL(url);
  address.searchParams.set('keyPrefix', prefix);
  return address.href;
}

/** Adds a schema to the URL of a database. */
export function withSchema(url: string, schema: string): string {
  const address = new URL(url);
  address.searchParams.set('options', `-c search_path=${schema}`);
  return address.href;
}
