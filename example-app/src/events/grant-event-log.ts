import cluster from 'node:cluster';
import { createHash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { RequestHandler } from 'express';
import type { MarketingCloudEvents } from 'passport-marketing-cloud';
import type { GrantEvent, MessageBus } from './message-bus';

/** The name of this process on the pages. */
export const PROCESS_NAME =
  cluster.worker === undefined ? `process ${process.pid}` : `process ${cluster.worker.id} (pid ${process.pid})`;

type EventDetails = Pick<GrantEvent, 'type' | 'durationMs' | 'detail'>;

/** Channels of the package whose events are about one grant. */
type GrantChannel = {
  [Name in keyof MarketingCloudEvents]: MarketingCloudEvents[Name] extends { grant: string } ? Name : never;
}[keyof MarketingCloudEvents];

const MAX_EVENTS = 30;
const MAX_GRANTS = 500;
/** Equal events within this time are shown as one. */
const MERGE_WITHIN_MS = 2_000;

/**
 * The latest events of the latest grants, from all processes of the app. It subscribes to the package's events on
 * `node:diagnostics_channel` and sends them to the other processes.
 */
export class GrantEventLog {
  readonly #bus: MessageBus;
  readonly #now: () => number;
  readonly #eventsByGrant = new Map<string, readonly GrantEvent[]>();
  readonly #unsubscribers: (() => void)[] = [];

  constructor(bus: MessageBus, now: () => number) {
    this.#bus = bus;
    this.#now = now;
    bus.listen((message) => {
      if (message.kind === 'grant-event') this.#add(message.event);
    });
    this.#subscribe('passport-marketing-cloud:refresh-finished', ({ durationMs }) => ({
      type: 'refreshed',
      durationMs: Math.round(durationMs),
    }));
    this.#subscribe('passport-marketing-cloud:refresh-shared', (event) => ({
      type: 'shared',
      detail: event.with === 'process' ? 'used the tokens of another process' : 'waited for a refresh in this process',
    }));
    this.#subscribe('passport-marketing-cloud:refresh-failed', ({ code, willRetry }) => ({
      type: 'refresh-failed',
      detail: `${code}, ${willRetry ? 'will be retried' : 'the user has to sign in again'}`,
    }));
    this.#subscribe('passport-marketing-cloud:rotation-lost', () => ({ type: 'refresh-lost' }));
    this.#subscribe('passport-marketing-cloud:call-retried', ({ method, api, status, attempt }) => ({
      type: 'call-retried',
      detail: `${method} ${api} after ${status}, call ${attempt}`,
    }));
    this.#subscribe('passport-marketing-cloud:call-refused', ({ method, api, status }) => ({
      type: 'call-refused',
      detail: `${method} ${api} by ${status}`,
    }));
  }

  /** Adds an event in all processes. */
  publish(grantId: string, details: EventDetails): void {
    this.#publish(hashGrantId(grantId), details);
  }

  /** Gets a grant's events, newest first. */
  get(grantId: string): readonly GrantEvent[] {
    return this.#eventsByGrant.get(hashGrantId(grantId)) ?? [];
  }

  /** Creates a middleware for the callback route that publishes an event for each new grant. */
  recordSignIns(): RequestHandler {
    return (req, res, next) => {
      const startedAt = this.#now();
      const previousGrantId = req.marketingCloud.grantId;
      res.once('finish', () => {
        const { grantId } = req.marketingCloud;
        if (grantId === undefined || grantId === previousGrantId) return;
        this.publish(grantId, { type: 'signed-in', durationMs: this.#now() - startedAt });
      });
      next();
    };
  }

  /** Ends the subscriptions. */
  close(): void {
    for (const unsubscribeOne of this.#unsubscribers) unsubscribeOne();
  }

  #subscribe<Name extends GrantChannel>(
    channel: Name,
    toDetails: (event: MarketingCloudEvents[Name]) => EventDetails,
  ): void {
    const listener = (message: unknown): void => {
      const event = message as MarketingCloudEvents[Name];
      this.#publish(event.grant, toDetails(event));
    };
    subscribe(channel, listener);
    this.#unsubscribers.push(() => unsubscribe(channel, listener));
  }

  #publish(grant: string, details: EventDetails): void {
    this.#bus.send({
      kind: 'grant-event',
      event: { ...details, grant, at: this.#now(), process: PROCESS_NAME },
    });
  }

  #add(event: GrantEvent): void {
    const known = this.#eventsByGrant.get(event.grant) ?? [];
    const equal = known.find((other) => canMerge(event, other));
    const count = (equal?.count ?? 0) + (event.count ?? 1);
    const events = [{ ...event, count }, ...known.filter((other) => other !== equal)];
    // Deleted first, so that the map is ordered by the latest event.
    this.#eventsByGrant.delete(event.grant);
    this.#eventsByGrant.set(event.grant, events.slice(0, MAX_EVENTS));
    for (const [oldest] of this.#eventsByGrant) {
      if (this.#eventsByGrant.size <= MAX_GRANTS) break;
      this.#eventsByGrant.delete(oldest);
    }
  }
}

function canMerge(one: GrantEvent, other: GrantEvent): boolean {
  return (
    one.type === 'shared' &&
    other.type === one.type &&
    other.process === one.process &&
    other.detail === one.detail &&
    Math.abs(one.at - other.at) < MERGE_WITHIN_MS
  );
}

/** The package's events contain this hash, because the id itself gives access to the tokens. */
function hashGrantId(grantId: string): string {
  return createHash('sha256').update(grantId).digest('base64url');
}
