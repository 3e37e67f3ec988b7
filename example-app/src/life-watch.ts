import { AsyncLocalStorage } from 'node:async_hooks';
import cluster from 'node:cluster';
import { createHash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Bus } from './bus';
import type { LifeEvent } from './journal';

/** This process, as the pages call it. */
export const PROCESS_NAME =
  cluster.worker === undefined ? `process ${process.pid}` : `process ${cluster.worker.id} (pid ${process.pid})`;

type Reading = (message: Record<string, unknown>) => Pick<LifeEvent, 'what' | 'tookMs' | 'detail'>;

/** The package's events, by channel. */
const CHANNELS: Readonly<Record<string, Reading>> = {
  'passport-marketing-cloud:refresh-finished': ({ durationMs }) => ({
    what: 'refreshed',
    tookMs: Math.round(Number(durationMs)),
  }),
  'passport-marketing-cloud:refresh-shared': (event) => ({
    what: 'shared',
    detail: event['with'] === 'process' ? 'took the tokens of another process' : 'waited for a refresh of this process',
  }),
  'passport-marketing-cloud:refresh-failed': ({ code, willRetry }) => ({
    what: 'failed',
    detail: `${String(code)}, ${willRetry === true ? 'will be tried again' : 'the user has to sign in again'}`,
  }),
  'passport-marketing-cloud:rotation-lost': () => ({ what: 'lost' }),
};

/**
 * Hears what the package tells on `node:diagnostics_channel`, and tells all processes. Events name no grant that could
 * be looked up; they are published in the course of the request that caused them, and that one is known.
 */
export class LifeWatch {
  readonly #course = new AsyncLocalStorage<string>();
  readonly #bus: Bus;
  readonly #now: () => number;
  readonly #subscriptions = Object.entries(CHANNELS).map(([channel, read]) => {
    const listener = (message: unknown): void => {
      const grantId = this.#course.getStore();
      if (grantId !== undefined) this.tell(grantId, read({ ...Object(message) } as Record<string, unknown>));
    };
    subscribe(channel, listener);
    return () => unsubscribe(channel, listener);
  });

  constructor(bus: Bus, now: () => number) {
    this.#bus = bus;
    this.#now = now;
  }

  /** Does something with a grant: the events in its course are that grant's. */
  inCourseOf<T>(grantId: string, work: () => T): T {
    return this.#course.run(grantId, work);
  }

  tell(grantId: string, event: Pick<LifeEvent, 'what' | 'tookMs' | 'detail'>): void {
    this.#bus.send({
      kind: 'life',
      event: { ...event, grant: grantKey(grantId), at: this.#now(), process: PROCESS_NAME },
    });
  }

  close(): void {
    for (const end of this.#subscriptions) end();
  }
}

/** What a grant is called in the journal: its id itself is worth as much as the session. */
export function grantKey(grantId: string): string {
  return createHash('sha256').update(`life of ${grantId}`).digest('base64url');
}
