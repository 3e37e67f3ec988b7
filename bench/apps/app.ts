import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import session from 'express-session';
import { childConfig, serveOrders } from '../harness/child-process';
import { CpuProfiler } from '../harness/cpu-profiler';
import type { SignInPaths } from './contestant';
import { loadContestant, type ContestantName } from './contestants';
import { countStoreCalls, type StoreCalls } from './count-store-calls';
import { createRecordingVault } from './recording-vault';
import { openStore, type StoreConfig } from './stores';

/** What an app's process is started with. */
export interface AppConfig {
  readonly contestant: ContestantName;
  readonly standInOrigin: string;
  readonly store: StoreConfig;
  readonly packageFolder?: string | undefined;
  /** Records the grants of the package, which are sealed with a key where one is given. */
  readonly recording?: { readonly encryptionKey: string | undefined };
}

/** Where an app is reached. */
export interface AppAddress extends SignInPaths {
  readonly origin: string;
}

/** Orders of an app's process. */
export interface AppOrders {
  address(): AppAddress;
  /** CPU time of the process so far, user and system, in microseconds. */
  cpu(): number;
  /** Collects garbage, so that none of earlier work is collected while something is measured. */
  collect(): void;
  /** Bytes of the heap in use after a collection. */
  heap(): number;
  /** Deletes every session of a store in memory. */
  clearSessions(): Promise<void>;
  takeStoreCalls(): StoreCalls;
  /** The data of the grant that the package wrote last; undefined where nothing is recorded. */
  lastGrant(): string | undefined;
  /** Moves the clock that tokens expire by. */
  advance(ms: number): void;
  startProfile(): Promise<void>;
  /** Writes what was profiled to a file. */
  stopProfile(file: string): Promise<void>;
}

async function main({ contestant, standInOrigin, store, packageFolder, recording }: AppConfig): Promise<void> {
  const { sessions, openVault } = await openStore(store);
  const takeStoreCalls = countStoreCalls(sessions);
  const recorder = recording && (await createRecordingVault(sessions));
  const profiler = new CpuProfiler();
  let ahead = 0;

  const app = express();
  app.use(session({ secret: 'a secret of the benchmark', resave: false, saveUninitialized: false, store: sessions }));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.keepAliveTimeout = 120_000;
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const now = (): number => Date.now() + ahead;
  const build = await loadContestant(contestant);
  const paths = await build(app, {
    ...{ origin, standInOrigin, now, packageFolder },
    openVault: () => (recorder === undefined ? openVault(packageFolder) : Promise.resolve(recorder.vault)),
    encryptionKey: recording?.encryptionKey,
  });

  serveOrders<AppOrders>({
    address: () => ({ origin, ...paths }),
    cpu: () => {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    collect: () => globalThis.gc?.(),
    heap: () => {
      globalThis.gc?.();
      return process.memoryUsage().heapUsed;
    },
    clearSessions: () =>
      new Promise((resolve) => {
        if (sessions.clear === undefined) resolve();
        else sessions.clear(() => resolve());
      }),
    takeStoreCalls,
    lastGrant: () => recorder?.lastGrant(),
    advance: (ms) => {
      ahead += ms;
    },
    startProfile: () => profiler.start(),
    stopProfile: (file) => profiler.stop(file),
  });
}

main(childConfig() as AppConfig).catch((error: unknown) => {
  process.stderr.write(`${String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(1);
});
