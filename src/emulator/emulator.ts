import type { Dispatcher } from 'undici';
import type { Service } from './addressing';
import type { EmulatorClock } from './clock';
import type { Fault, FaultHandle } from './faults/fault';
import type { Endpoint } from './request-log/endpoints';
import type { RecordedRequest, RequestLog } from './request-log/request-log';
import type { TokenFilter } from './tokens/token-store';
import type { World } from './world/world';

/**
 * The options with which a `Strategy` connects to the emulator.
 *
 * @example
 * const strategy = new Strategy({ ...emulator.strategyOptions(), callbackURL, scope: ['offline'] });
 */
export interface EmulatorStrategyOptions {
  readonly subdomain: string;
  readonly clientID: string;
  /** Absent for a public app. */
  readonly clientSecret?: string;
  readonly baseUrlTemplate: string;
  /** With `https` only: connects every host name to the emulator and trusts its certificate. */
  readonly dispatcher?: Dispatcher;
}

/**
 * The tenant and app of `strategyOptions`.
 *
 * @example
 * const choice: StrategyChoice = { tenant: 'mcemulator-harbour-books-eu1', app: 'public' };
 * const strategy = new Strategy({ ...emulator.strategyOptions(choice), callbackURL });
 */
export interface StrategyChoice {
  /** A subdomain. @default the first tenant */
  readonly tenant?: string | undefined;
  /** A client id, or a kind: `'web'`, `'public'` or `'server-to-server'`. @default 'web', or 'public' with `publicApp` */
  readonly app?: string | undefined;
}

/**
 * A running emulator of Marketing Cloud, with the controls for tests.
 *
 * @example
 * const emulator = await startEmulator();
 * emulator.fault('token', { status: 503, times: 1 });
 * await emulator.close();
 */
export interface Emulator {
  /** The origin, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly port: number;
  /**
   * Marketing Cloud's user interface around the apps of `world.menuApps`. It is on `localhost`: beside an app on 127.0.0.1
   * that is another site, as in the real one. The app's `baseUrlTemplate` must be on `localhost` then, too.
   */
  readonly appMenuUrl: string;
  /** The certificate of its authority, in PEM, with `https` only. */
  readonly ca: string | undefined;
  /** The `baseUrlTemplate` for a strategy: `http://127.0.0.1:41234/{subdomain}/{service}`, or the real host names with `https`. */
  readonly baseUrlTemplate: string;
  readonly clock: EmulatorClock;
  /** The tenants, users and packages. */
  readonly world: World;
  /** The requests that the emulator has received. */
  readonly requests: RequestLog;

  /** Returns the base URL of a tenant's service by path, with and without `https`. @default the first tenant */
  readonly baseUrl: (service: Service, subdomain?: string) => string;
  /** Returns the options that a `Strategy` needs. */
  readonly strategyOptions: (choice?: StrategyChoice) => EmulatorStrategyOptions;
  /** Returns the requests to one endpoint so far. */
  readonly requestsTo: (endpoint: Endpoint) => RecordedRequest[];
  /** Sets a fault of an endpoint, from the next request on. */
  readonly fault: (endpoint: Endpoint, fault: Fault) => FaultHandle;
  /** Removes all faults. */
  readonly clearFaults: () => void;

  /** Expires access tokens now. Returns how many. */
  readonly expireAccessTokens: (filter?: Omit<TokenFilter, 'refreshToken' | 'only'>) => number;
  /** Revokes codes and tokens. A token in the filter selects all of its sign-in. Returns how many. */
  readonly revoke: (filter?: TokenFilter) => number;
  /** Signs a user out of Marketing Cloud in every browser and revokes their tokens without `offline`. Returns how many. */
  readonly signOut: (username: string) => number;
  /**
   * Signs a user in as a browser would: opens the authorize URL (to which the app's login route redirects), submits the
   * login page, and returns the URL of the app's callback without opening it.
   *
   * Rejects when the sign-in ends on an error page of the emulator.
   *
   * @default the first user
   */
  readonly signIn: (authorizeUrl: string, username?: string) => Promise<string>;

  /** Stops the emulator and closes all connections. Further calls have no effect. */
  readonly close: () => Promise<void>;
}
