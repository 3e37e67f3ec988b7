import type { GrantSnapshot } from '../grants/grant-snapshot';
import type { Profile } from '../protocol/userinfo';
import type { Grants } from '../refresh/grants';
import type { SessionStore } from '../vaults/session-store/session-store';
import type { Transport } from '../http/transport';
import type { OAuthClient } from '../oauth/oauth-client';
import type { InFlight } from './in-flight';

/** What userinfo has said of a grant. */
export interface ConfirmedProfile {
  /** The grant with the tokens that userinfo accepted. */
  readonly snapshot: GrantSnapshot;
  readonly profile: Profile;
  /** The grant afterwards: it may have newer tokens, of another business unit. */
  readonly current: GrantSnapshot;
}

/** Everything behind one strategy that middlewares and jobs use; its secrets are out of reach. */
export interface Engine {
  /** The strategy's name, under which a session holds its grant. */
  readonly name: string;
  /** The app's own origin, as `callbackURL` says it; never derived from a request. */
  readonly origin: string;
  /** The path of `callbackURL`. */
  readonly callbackPath: string;
  /** The origin of Marketing Cloud's pages where that is not https, as an emulator's: the package's pages frame them. */
  readonly frameSources: readonly string[];
  /** How long one call of the vault or the session store may take. */
  readonly vaultTimeoutMs: number;
  readonly client: OAuthClient;
  readonly transport: Transport;
  readonly grants: Grants;
  /** Calls of userinfo by which a grant learns its business unit. */
  readonly confirmations: InFlight<ConfirmedProfile>;
  /** Tells the default vault the app's session store; beside another vault it warns of a store in memory. */
  attach(store: SessionStore): void;
}

/**
 * How a strategy shows its engine to the middlewares, which know the strategy only by this: also those of another copy of
 * this package.
 */
export const ENGINE = Symbol.for('passport-marketing-cloud.engine');

/** A strategy, as far as the package's middlewares know it. */
export interface HasEngine {
  [ENGINE](): Engine;
}
