import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';
import { createApp, type AppConfig } from '../../../example-app/src/app';
import { controlEmulator } from '../../../example-app/src/emulator/emulator-controls';
import { createLocalBus } from '../../../example-app/src/events/message-bus';
import { getEmulatorFacts } from '../../../example-app/src/server/process-settings';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../../src/emulator';

/** The example app and its emulator, both listening. */
export interface ExampleSite {
  readonly url: string;
  readonly emulator: Emulator;
  /** Moves the clocks of both. */
  readonly pass: (ms: number) => void;
  /** What the app reported about errors. */
  readonly reports: string[];
}

/** What a test may have otherwise. */
export interface SiteOptions {
  readonly emulator?: EmulatorOptions | undefined;
  readonly strategy?: Partial<AppConfig['strategy']> | undefined;
}

const SCOPE = ['offline', 'email_read', 'documents_and_images_read', 'saved_content_read', 'data_extensions_read'];

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

/** Starts the example app at an emulator of the test's own; both end after the test. */
export async function openExampleSite(options: SiteOptions = {}): Promise<ExampleSite> {
  const emulator = await startEmulator(options.emulator);
  open.push(() => emulator.close());
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const reports: string[] = [];
  let passedMs = 0;
  const bus = createLocalBus();
  bus.listen((message) => controlEmulator(emulator, message));
  const app = createApp({
    strategy: {
      ...emulator.strategyOptions(),
      callbackURL: `${url}/auth/callback`,
      scope: SCOPE,
      clock: () => Date.now() + passedMs,
      ...options.strategy,
    },
    sessionSecret: 'of the example app in a test',
    emulator: getEmulatorFacts(emulator, `${url}/`),
    report: (text) => reports.push(text),
    bus,
  });
  server.on('request', app.express as RequestListener);
  open.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await app.close();
  });
  const pass = (ms: number): void => {
    passedMs += ms;
    emulator.clock.advance(ms);
  };
  return { url, emulator, pass, reports };
}
