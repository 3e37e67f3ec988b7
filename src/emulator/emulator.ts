import type { Dispatcher } from 'undici';
import type { Service } from './addressing';
import type { EmulatorClock } from './clock';
import type { Fault, FaultHandle } from './faults/fault';
import type { Endpoint } from './request-log/endpoints';
import type { RecordedRequest, RequestLog } from './request-log/request-log';
import type { TokenFilter } from './tokens/ledger';
import type { World } from './world/world';

/** What a `Strategy` needs to talk to the emulator; spread it into the strategy's options. */
export interface EmulatorStrategyOptions {
  readonly subdomain: string;
  readonly clientID: string;
  /** Absent for a public app. */
  readonly clientSecret?: string;
  readonly baseUrlTemplate: string;
  /** With https only: leads every host name to the emulator and trusts its certificate. */
  readonly dispatcher?: Dispatcher;
}

/** Which tenant and app `strategyOptions` speaks of. */
export interface StrategyChoice {
  /** A subdomain. @default the first tenant */
  readonly tenant?: string | undefined;
  /** A client id, or a kind: `'web'`, `'public'`, `'server-to-server'`. @default 'web', or 'public' with `publicApp` */
  readonly app?: string | undefined;
}

/** A running emulator of Marketing Cloud, with the strings that tests pull. */
export interface Emulator {
  /** Its own origin, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly port: number;
  /** The certificate of its own authority, in PEM, when it serves https. */
  readonly ca: string | undefined;
  /** Base URLs by path, as in `http://127.0.0.1:41234/{subdomain}/{service}`; with https, the real host names. */
  readonly baseUrlTemplate: string;
  readonly clock: EmulatorClock;
  readonly world: World;
  /** The requests that have come in. */
  readonly requests: RequestLog;

  /** A tenant's base URL by path, which works with and without https. */
  readonly baseUrl: (service: Service, subdomain?: string) => string;
  readonly strategyOptions: (choice?: StrategyChoice) => EmulatorStrategyOptions;
  /** The requests to one endpoint so far. */
  readonly requestsTo: (endpoint: Endpoint) => RecordedRequest[];
  /** Makes an endpoint fail in some way, from now on. */
  readonly fault: (endpoint: Endpoint, fault: Fault) => FaultHandle;
  readonly clearFaults: () => void;

  /** Lets access tokens expire now. Gives how many. */
  readonly expireAccessTokens: (filter?: Omit<TokenFilter, 'refreshToken' | 'only'>) => number;
  /** Revokes codes and tokens. A token in the filter stands for its whole sign-in. Gives how many. */
  readonly revoke: (filter?: TokenFilter) => number;
  /** Signs a user out of Marketing Cloud in every browser; tokens without `offline` die. Gives how many. */
  readonly signOut: (username: string) => number;
  /**
   * Plays the browser: opens an authorize URL (where the app's login route leads), signs the user in on the login page,
   * and gives the URL of the app's callback without opening it. Rejects when the way ends on a page of the emulator.
   */
  readonly signIn: (authorizeUrl: string, username?: string) => Promise<string>;

  /** Ends it, open connections included. May be called again. */
  readonly close: () => Promise<void>;
}
