import { createHash } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import type { MarketingCloudError } from '../errors';
import type { GrantSnapshot } from './grant-snapshot';

/** What every event says. Ids and hashes only: no token, no grant id, no name. */
export interface GrantEvent {
  /** The strategy's `name`. */
  readonly strategy: string;
  /**
   * The SHA-256 of the grant's id, in base64url: events can be found by the id, but not the id by events.
   */
  readonly grant: string;
  readonly subdomain: string;
}

/**
 * The events of this package on `node:diagnostics_channel`, by channel name:
 * `subscribe('passport-marketing-cloud:refresh-failed', (event) => …)`.
 */
export interface MarketingCloudEvents {
  /** A refresh has brought new tokens. They are in the vault, or wait here until it answers again. */
  'passport-marketing-cloud:refresh-finished': GrantEvent & { readonly durationMs: number };
  /** A request took the tokens of a refresh that another request, or another process, made. */
  'passport-marketing-cloud:refresh-shared': GrantEvent & { readonly with: 'request' | 'process' };
  /** A refresh failed. `willRetry` is false when the grant is dead. */
  'passport-marketing-cloud:refresh-failed': GrantEvent & {
    /** The error's `code`. */
    readonly code: string;
    /** Marketing Cloud's own status, where it answered. */
    readonly responseStatus: number | undefined;
    readonly failures: number;
    readonly willRetry: boolean;
  };
  /** The answer to a refresh got lost, with a process or on the way, and the refresh token with it: the user signs in again. */
  'passport-marketing-cloud:rotation-lost': GrantEvent;
  /** The vault failed or did not answer in time. */
  'passport-marketing-cloud:vault-unavailable': {
    readonly strategy: string;
    /** The vault's verb. */
    readonly operation: string;
  };
  /**
   * A sign-in that cannot work was not begun: by its reason, such as `cookies_blocked`. `hint` names the fix, where the
   * app can have one.
   */
  'passport-marketing-cloud:sign-in-blocked': {
    readonly strategy: string;
    readonly reason: SignInBlock;
    readonly hint?: string;
  };
  /** A token answer named another tenant's base URLs; its tokens were dropped. */
  'passport-marketing-cloud:tenant-changed': GrantEvent;
}

/** Why a sign-in is not begun, or not finished. */
export type SignInBlock =
  /** The browser keeps no cookies here. */
  | 'cookies_blocked'
  /** Marketing Cloud did not send the browser back. */
  | 'sign_in_lost'
  /** The app asks again for a sign-in that has just been finished. */
  | 'too_often'
  /** The request did not come from a page of the app. */
  | 'cross_origin'
  /** The browser holds two session cookies of one name. */
  | 'duplicate_cookies'
  /** The session's cookie is not made for frames. */
  | 'cookie_options';

type EventName = keyof MarketingCloudEvents extends `passport-marketing-cloud:${infer Name}` ? Name : never;

/** Publishes an event to its subscribers. Node reports an error of a subscriber; the caller goes on. */
export function publish<Name extends EventName>(
  name: Name,
  event: () => MarketingCloudEvents[`passport-marketing-cloud:${Name}`],
): void {
  const target = channel(`passport-marketing-cloud:${name}`);
  if (target.hasSubscribers) target.publish(event());
}

/** What every event says of a grant. */
export function toGrantEvent(strategy: string, { id, tenant }: GrantSnapshot): GrantEvent {
  return { strategy, grant: createHash('sha256').update(id).digest('base64url'), subdomain: tenant.subdomain };
}

/** Tells of a refresh that failed; `failures` counts those in a row. */
export function publishFailure(
  strategy: string,
  seen: GrantSnapshot,
  { code, response }: MarketingCloudError,
  { failures, willRetry }: { readonly failures: number; readonly willRetry: boolean },
): void {
  publish('refresh-failed', () => ({
    ...toGrantEvent(strategy, seen),
    ...{ code, responseStatus: response?.status, failures, willRetry },
  }));
}
