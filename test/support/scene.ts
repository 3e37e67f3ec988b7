import { afterEach } from '@jest/globals';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator';
import { startApp, type AppOptions, type TestApp } from './app';
import { agingClock } from './clock';
import { ALL_FLAVOURS, type Flavour } from './flavours';

/** What a test has started, ended after it. */
const open: { close: () => Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** The newest of everything. */
const [NEWEST] = ALL_FLAVOURS as readonly [Flavour, ...Flavour[]];

/** An emulator, closed after the test. */
export async function emulate(options?: EmulatorOptions): Promise<Emulator> {
  const emulator = await startEmulator(options);
  open.push(emulator);
  return emulator;
}

/** An app at an emulator, closed after the test. */
export async function appAt(
  emulator: Emulator,
  options: Partial<Omit<AppOptions, 'strategy'>> & { readonly strategy?: Partial<AppOptions['strategy']> } = {},
): Promise<TestApp> {
  const strategy = {
    ...emulator.strategyOptions(),
    scope: ['offline'],
    clock: agingClock(emulator),
    ...options.strategy,
  };
  const app = await startApp({ flavour: NEWEST, ...options, strategy });
  open.push(app);
  return app;
}
