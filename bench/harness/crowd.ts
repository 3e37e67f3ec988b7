import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';
import type { AppAddress } from '../apps/app';

/** What a request of a crowd met. */
export interface Hit {
  readonly status: number;
  readonly ms: number;
}

/** Connections to each app. */
const CONNECTIONS = 250;

/** Many requests of one session at one or several apps, over connections that are kept. */
export class Crowd {
  readonly #pools: readonly Pool[];

  constructor(addresses: readonly AppAddress[]) {
    this.#pools = addresses.map(({ origin }) => new Pool(origin, { connections: CONNECTIONS, headersTimeout: 60_000 }));
  }

  /** All requests at once, spread over the apps. */
  async burst(cookie: string, times: number): Promise<Hit[]> {
    return await Promise.all(Array.from({ length: times }, (_, index) => this.#hit(index, cookie)));
  }

  /** Requests at a steady rate, however long their answers take. */
  async steady(cookie: string, times: number, perSecond: number): Promise<Hit[]> {
    const hits: Promise<Hit>[] = [];
    const startedAt = performance.now();
    while (hits.length < times) {
      const due = Math.floor(((performance.now() - startedAt) / 1_000) * perSecond) + 1;
      while (hits.length < Math.min(due, times)) hits.push(this.#hit(hits.length, cookie));
      await wait(1);
    }
    return await Promise.all(hits);
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.close()));
  }

  async #hit(index: number, cookie: string): Promise<Hit> {
    const startedAt = performance.now();
    const pool = this.#pools[index % this.#pools.length];
    if (pool === undefined) throw new Error('There is no app.');
    const { statusCode, body } = await pool.request({ path: '/guarded', method: 'GET', headers: { cookie } });
    await body.dump();
    return { status: statusCode, ms: performance.now() - startedAt };
  }
}

/** @throws Error when a request was not let through */
export function assertAllServed(hits: readonly Hit[]): void {
  const refused = hits.find(({ status }) => status !== 200);
  if (refused !== undefined) throw new Error(`A guarded request was answered with ${refused.status}.`);
}
