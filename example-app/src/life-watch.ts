import cluster from 'node:cluster';
import { createHash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Bus } from './bus';
import type { LifeEvent } from './journal';

/** This process, as the pages call it. */
export const PROCESS_NAME =
  cluster.worker === undefined ? `process ${process.pid}` : `process ${cluster.worker.id} (pid ${process.pid})`;

type Happening = Pick<LifeEvent, 'what' | 'tookMs' | 'detail'>;
type Reading = (message: Record<string, unknown>) => Happening;

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

/** Hears what the package tells on `node:diagnostics_channel`, and tells all processes. */
export class LifeWatch {
  readonly #bus: Bus;
  readonly #now: () => number;
  readonly #subscriptions = Object.entries(CHANNELS).map(([channel, read]) => {
    const listener = (message: unknown): void => {
      const event = { ...Object(message) } as Record<string, unknown>;
      this.#tell(String(event['grant']), read(event));
    };
    subscribe(channel, listener);
    return () => unsubscribe(channel, listener);
  });

  constructor(bus: Bus, now: () => number) {
    this.#bus = bus;
    this.#now = now;
  }

  /** Tells of something that the app has done with a grant. */
  tell(grantId: string, event: Happening): void {
    this.#tell(grantKey(grantId), event);
  }

  close(): void {
    for (const end of this.#subscriptions) end();
  }

  #tell(grant: string, event: Happening): void {
    this.#bus.send({ kind: 'life', event: { ...event, grant, at: this.#now(), process: PROCESS_NAME } });
  }
}

/** What a grant is called in the package's events, and in the journal: its id itself is worth as much as the session. */
export function grantKey(grantId: string): string {
  return createHash('sha256').update(grantId).digest('base64url');
}
