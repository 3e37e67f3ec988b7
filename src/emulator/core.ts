import type { Request } from 'express';
import type { Location } from './addressing';
import type { EmulatorClock } from './clock';
import type { Settings } from './options';
import type { RecordedRequest } from './request-log/request-log';
import type { TokenStore } from './tokens/token-store';
import type { LoginSessions } from './tokens/login-sessions';
import type { Tenant } from './world/model';
import type { World } from './world/world';

/** What is known about a request before it reaches an endpoint. */
export interface Exchange {
  readonly location: Location;
  readonly tenant: Tenant;
  readonly query: URLSearchParams;
  readonly recorded: RecordedRequest;
}

/** The state of a running emulator, which every endpoint works with. */
export interface Core {
  readonly settings: Settings;
  readonly clock: EmulatorClock;
  readonly world: World;
  readonly tokens: TokenStore;
  readonly sessions: LoginSessions;
  /** The emulator's own origin, such as `http://127.0.0.1:41234`. */
  readonly origin: string;
  readonly getExchange: (req: Request) => Exchange;
}
