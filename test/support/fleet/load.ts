import { Pool } from 'undici';

/** Requests to be sent at once, spread over these processes. */
export interface LoadOrder {
  readonly id: number;
  readonly origins: readonly string[];
  readonly path: string;
  readonly cookie: string;
  readonly times: number;
}

/** What was answered, and after how many milliseconds. */
export interface Hit {
  readonly status: number;
  readonly text: string;
  readonly ms: number;
}

export type LoadReport =
  { readonly id: number; readonly hits: readonly Hit[] } | { readonly id: number; readonly error: string };

const pools = new Map<string, Pool>();

/** Connections stay open between bursts, up to 250 to each process. */
function poolOf(origin: string): Pool {
  const pool = pools.get(origin) ?? new Pool(origin, { connections: 250, headersTimeout: 60_000 });
  pools.set(origin, pool);
  return pool;
}

async function hit(pool: Pool, path: string, cookie: string): Promise<Hit> {
  const startedAt = performance.now();
  const { statusCode, body } = await pool.request({ path, method: 'GET', headers: { cookie } });
  const text = await body.text();
  return { status: statusCode, text, ms: performance.now() - startedAt };
}

/** The users of a fleet, in a process that does nothing else: what it measures is the fleet. Run by `Load`. */
process.on('message', ({ id, origins, path, cookie, times }: LoadOrder) => {
  const targets = origins.map(poolOf);
  const hits = Array.from({ length: times }, (_, index) => hit(targets[index % targets.length] as Pool, path, cookie));
  Promise.all(hits).then(
    (all) => process.send?.({ id, hits: all } satisfies LoadReport),
    (error: unknown) => process.send?.({ id, error: String(error) } satisfies LoadReport),
  );
});
process.on('disconnect', () => process.exit());
