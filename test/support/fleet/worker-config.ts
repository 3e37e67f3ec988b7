import type { StrategyOptions } from '../../../src';

/** Where a worker of a fleet keeps its grants; its sessions are in the same service, by its own address. */
export type FleetVault =
  | { readonly kind: 'redis' | 'ioredis'; readonly url: string; readonly prefix: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly table: string; readonly poolSize?: number }
  | { readonly kind: 'session-store' };

export type FleetSessions =
  | { readonly kind: 'redis'; readonly url: string; readonly prefix: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema: string };

/** All that a worker needs to know, as JSON. */
export interface WorkerConfig {
  readonly strategy: Partial<Omit<StrategyOptions, 'vault' | 'clock' | 'dispatcher' | 'multiTenant'>> &
    Pick<StrategyOptions, 'subdomain' | 'clientID'> & { readonly multiTenant?: boolean };
  readonly vault: FleetVault;
  readonly sessions: FleetSessions;
  /** How far this worker's clock is off. */
  readonly clockOffsetMs?: number;
}

/** What a worker is told. */
export type Order =
  | { readonly order: 'advance'; readonly ms: number }
  /** Blocks the event loop for so long, as soon as it has said so. */
  | { readonly order: 'block'; readonly ms: number }
  | { readonly order: 'close' };
/** What a worker says. */
export type Report =
  | { readonly report: 'ready'; readonly origin: string }
  | { readonly report: 'done' }
  | { readonly report: 'event'; readonly channel: string; readonly event: unknown };
