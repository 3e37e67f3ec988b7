import type { Client } from 'pg';
import type { RedisClientType } from 'redis';
import { signInThroughPages } from '../../src/emulator/sign-in-through-pages';
import type { Browser } from '../support/browser';

/** Signs a user in through the emulator's login page, and arrives on the dashboard. Gives the page. */
export async function signInTo(browser: Browser, username = 'maya.lind'): Promise<string> {
  const { location } = await browser.get('/login');
  const { origin, port } = new URL(location);
  const where = { origin, port: Number(port), ca: undefined };
  const callback = new URL(await signInThroughPages(location, username, where));
  await browser.get(`${callback.pathname}${callback.search}`);
  return (await browser.get('/dashboard')).text;
}

/** The id in the session cookie of the example app. */
export function sessionIdOf(browser: Browser): string {
  const cookie = decodeURIComponent(browser.cookies.get('example-app.sid') ?? '');
  return /^s:([^.]+)\./.exec(cookie)?.[1] ?? '';
}

/** Sends a form as the app's own pages do. */
export function sendForm(
  browser: Browser,
  path: string,
  fields: Readonly<Record<string, string>>,
): ReturnType<Browser['send']> {
  return browser.send(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams(fields).toString(),
  });
}

/** What a store keeps of a session, and of its grant. */
export interface Kept {
  readonly session: string | undefined;
  readonly grant: string | undefined;
}

type Reader = (id: string) => Promise<string | undefined>;

export const inRedis = (
  client: Pick<RedisClientType, 'get' | 'hGet'>,
  prefix: string,
): { session: Reader; grant: Reader } => ({
  session: async (id) => (await client.get(`${prefix}session:${id}`)) ?? undefined,
  grant: async (id) => (await client.hGet(`${prefix}grant:{${id}}`, 'data')) ?? undefined,
});

export const inPostgres = (client: Client): { session: Reader; grant: Reader } => {
  const read = async (sql: string, id: string): Promise<string | undefined> => {
    const { rows } = await client.query<{ text: string }>(sql, [id]);
    return rows[0]?.text;
  };
  return {
    session: (id) => read('SELECT sess::text AS text FROM example_app_sessions WHERE sid = $1', id),
    grant: (id) => read('SELECT data AS text FROM example_app_grants WHERE id = $1', id),
  };
};

/** The id of the grant that a session holds. */
export function grantIdIn(session: string | undefined): string {
  const { marketingCloud } = JSON.parse(session ?? '{}') as { marketingCloud?: Record<string, unknown> };
  return /"([\w-]{27})"/.exec(JSON.stringify(marketingCloud ?? {}))?.[1] ?? '';
}

/** An address of a Redis that leads to keys of one prefix. */
export function underPrefix({ url, prefix }: { readonly url: string; readonly prefix: string }): string {
  const address = new URL(url);
  address.searchParams.set('keyPrefix', prefix);
  return address.href;
}

/** An address of a database that leads to one schema of it. */
export function inSchema(url: string, schema: string): string {
  const address = new URL(url);
  address.searchParams.set('options', `-c search_path=${schema}`);
  return address.href;
}
