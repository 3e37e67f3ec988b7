import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach } from '@jest/globals';
import type { MarketingCloudEvents } from '../../src';

type Channel = keyof MarketingCloudEvents;
type Name = Channel extends `passport-marketing-cloud:${infer Short}` ? Short : never;

/** What was published: the event's short name, and what it says. */
export type Published = readonly [name: Name, event: Readonly<Record<string, unknown>>];

const NAMES: Readonly<Record<Name, true>> = {
  'sign-in-started': true,
  'sign-in-finished': true,
  'sign-in-refused': true,
  'sign-in-blocked': true,
  'token-call': true,
  'refresh-finished': true,
  'refresh-shared': true,
  'refresh-failed': true,
  'rotation-lost': true,
  'tenant-changed': true,
  'grant-forgotten': true,
  'call-retried': true,
  'call-refused': true,
  'vault-unavailable': true,
};

/** The names of all events. */
export const EVENT_NAMES = Object.keys(NAMES) as Name[];

const ends: (() => unknown)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Collects what the package publishes until the test is over: these events, or all. */
export function watchEvents(...names: readonly Name[]): Published[] {
  const published: Published[] = [];
  for (const name of names.length === 0 ? EVENT_NAMES : names) {
    const keep = (event: unknown): void => void published.push([name, event as Published[1]]);
    subscribe(`passport-marketing-cloud:${name}`, keep);
    ends.push(() => unsubscribe(`passport-marketing-cloud:${name}`, keep));
  }
  return published;
}
