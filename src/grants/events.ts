import { hash } from 'node:crypto';
import { channel, type Channel } from 'node:diagnostics_channel';
import type { ErrorReason } from '../error-pages';
import type { ErrorCode, MarketingCloudError } from '../errors';
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
 * The events of this package on `node:diagnostics_channel`, by channel name. No event holds a token, a code, a secret or
 * the name of a user. While a channel has no subscribers its events are not even made.
 *
 * @example
 * subscribe('passport-marketing-cloud:refresh-failed', (event) => logger.warn(event, 'refresh-failed'));
 */
export interface MarketingCloudEvents {
  /** The browser is sent to Marketing Cloud. Many sign-ins that are started are never finished: users close the page. */
  'passport-marketing-cloud:sign-in-started': { readonly strategy: string; readonly subdomain: string };
  /** A callback has brought a user and a new grant. Passport logs the user in next. */
  'passport-marketing-cloud:sign-in-finished': GrantEvent & {
    /** From the callback's arrival: the token call, userinfo, `verify` and the vault. */
    readonly durationMs: number;
  };
  /** A login or a callback route ended without a user. */
  'passport-marketing-cloud:sign-in-refused': {
    readonly strategy: string;
    /** The error's `code`; `sign_in_refused` where `verify` gave no user; undefined for an error of the app's own. */
    readonly code: ErrorCode | undefined;
    /** The error's `reason`, such as `cookie_missing`. */
    readonly reason: ErrorReason | undefined;
    /** The error's `docs`: the page that explains causes and fixes. */
    readonly docs: string | undefined;
    /** What Express answers with, unless the app has a page for it. */
    readonly status: number;
    /** `fail`: the user or the browser caused it. `error`: something is broken. The words are Passport's. */
    readonly outcome: 'fail' | 'error';
    /** Marketing Cloud's own status, where it answered. */
    readonly responseStatus: number | undefined;
    /** From the request's arrival. */
    readonly durationMs: number;
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
  /** A call to the token endpoint has ended, of a sign-in or of a refresh, which may make several. */
  'passport-marketing-cloud:token-call': {
    readonly strategy: string;
    readonly subdomain: string;
    readonly purpose: 'sign-in' | 'refresh';
    readonly durationMs: number;
    /** The error's `code`; undefined for a call that brought tokens. */
    readonly code: ErrorCode | undefined;
    /** Marketing Cloud's own status, where it refused. */
    readonly responseStatus: number | undefined;
  };
  /** A refresh has brought new tokens. They are in the vault, or wait here until it answers again. */
  'passport-marketing-cloud:refresh-finished': GrantEvent & {
    /** Of the token call and the write to the vault. */
    readonly durationMs: number;
    /** Whether a new refresh token came with them, as it does with each refresh of Marketing Cloud. */
    readonly rotated: boolean;
  };
  /** A request took the tokens of a refresh that another request, or another process, made. */
  'passport-marketing-cloud:refresh-shared': GrantEvent & { readonly with: 'request' | 'process' };
  /** A refresh failed. `willRetry` is false when the grant is dead. */
  'passport-marketing-cloud:refresh-failed': GrantEvent & {
    /** The error's `code`. */
    readonly code: ErrorCode;
    /** Marketing Cloud's own status, where it answered. */
    readonly responseStatus: number | undefined;
    readonly failures: number;
    readonly willRetry: boolean;
    /** From the first try of the token call. */
    readonly durationMs: number;
  };
  /** The answer to a refresh got lost, with a process or on the way, and the refresh token with it: the user signs in again. */
  'passport-marketing-cloud:rotation-lost': GrantEvent;
  /** A token answer named another tenant's base URLs; its tokens were dropped. */
  'passport-marketing-cloud:tenant-changed': GrantEvent;
  /** A grant was ended by the app or the user. Not published for grants that expire or are dead. */
  'passport-marketing-cloud:grant-forgotten': Pick<GrantEvent, 'strategy' | 'grant'> & { readonly why: ForgottenGrant };
  /** A call by `rest` or `fetch` is made once more. Calls of sfmc-sdk are its own and not seen here. */
  'passport-marketing-cloud:call-retried': GrantEvent &
    CallEvent & {
      /** The number of the call that comes now: 2 for the first repeat. */
      readonly attempt: number;
      /** What `Retry-After` asked for; 0 where the token was replaced. */
      readonly waitMs: number;
    };
  /** Marketing Cloud answered a call by `rest` or `fetch` with an error, after all repeats. */
  'passport-marketing-cloud:call-refused': GrantEvent &
    CallEvent & {
      /** Marketing Cloud's error number, where `rest` has read one. `fetch` leaves the body to its caller. */
      readonly errorcode: number | undefined;
    };
  /** The vault failed or did not answer in time. */
  'passport-marketing-cloud:vault-unavailable': {
    readonly strategy: string;
    /** The vault's verb. */
    readonly operation: string;
  };
}

/** What events say of a call to an API. */
interface CallEvent {
  readonly method: string;
  /** Such as `/asset/v1`, `soap` or `other`: the rest of a path may hold personal data. */
  readonly api: string;
  /** Marketing Cloud's own status. */
  readonly status: number;
}

/** Why a grant was ended. */
export type ForgottenGrant =
  /** Its user signed out. */
  | 'sign-out'
  /** A later sign-in of the same session brought another grant. */
  | 'replaced'
  /** By `req.marketingCloud.disconnect()`. */
  | 'disconnect'
  /** By `strategy.forget(id)`. */
  | 'forget'
  /** The login of its sign-in failed, so that no session holds it. */
  | 'never-used'
  /** Userinfo named another user for its tokens. */
  | 'user-changed';

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

/** Kept: Node collects a channel that has no subscribers and no other reference, and would make it again each time. */
const channels = new Map<EventName, Channel>();

function getChannel(name: EventName): Channel {
  let found = channels.get(name);
  if (found === undefined) channels.set(name, (found = channel(`passport-marketing-cloud:${name}`)));
  return found;
}

/** Whether an event has subscribers, for callers that would otherwise make a function for each request. */
export function isWatched(name: EventName): boolean {
  return getChannel(name).hasSubscribers;
}

/** Publishes an event to its subscribers. Node reports an error of a subscriber; the caller goes on. */
export function publish<Name extends EventName>(
  name: Name,
  event: () => MarketingCloudEvents[`passport-marketing-cloud:${Name}`],
): void {
  const target = getChannel(name);
  if (target.hasSubscribers) target.publish(event());
}

/** What every event says of a grant. */
export function toGrantEvent(strategy: string, { id, tenant }: Pick<GrantSnapshot, 'id' | 'tenant'>): GrantEvent {
  return { strategy, grant: hashGrantId(id), subdomain: tenant.subdomain };
}

/** The hash by which events name a grant. */
export function hashGrantId(id: string): string {
  return hash('sha256', id, 'base64url');
}

/** Publishes a refresh that failed; `failures` counts those in a row. */
export function publishFailure(
  strategy: string,
  snapshot: GrantSnapshot,
  { error, startedAt }: { readonly error: MarketingCloudError; readonly startedAt: number },
  { failures, willRetry }: { readonly failures: number; readonly willRetry: boolean },
): void {
  publish('refresh-failed', () => ({
    ...toGrantEvent(strategy, snapshot),
    ...{ code: error.code, responseStatus: error.response?.status, failures, willRetry },
    durationMs: performance.now() - startedAt,
  }));
}
