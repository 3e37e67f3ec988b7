import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { diag } from '@opentelemetry/api';
import type { MarketingCloudEvents } from '../grants/events';

type EventName = keyof MarketingCloudEvents extends `passport-marketing-cloud:${infer Name}` ? Name : never;

/** An event by its short name. */
export type EventOf<Name extends EventName> = MarketingCloudEvents[`passport-marketing-cloud:${Name}`];

/** Subscriptions to the package's events that end together. */
export class Subscriptions {
  readonly #unsubscribers: (() => unknown)[] = [];

  /** Calls `listener` for each event. What it throws goes to OpenTelemetry's own log and does not end the process. */
  on<Name extends EventName>(name: Name, listener: (event: EventOf<Name>) => void): void {
    const channel = `passport-marketing-cloud:${name}`;
    const listen = (event: unknown): void => {
      try {
        listener(event as EventOf<Name>);
      } catch (error) {
        diag.error(`No signal for ${channel}.`, error);
      }
    };
    subscribe(channel, listen);
    this.#unsubscribers.push(() => unsubscribe(channel, listen));
  }

  end(): void {
    for (const unsubscribeOne of this.#unsubscribers.splice(0)) unsubscribeOne();
  }
}
