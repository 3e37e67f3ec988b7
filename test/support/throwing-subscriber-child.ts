import { subscribe } from 'node:diagnostics_channel';
import { startEmulator } from '../../src/emulator';
import { startApp } from './app';
import { ALL_FLAVOURS } from './flavours';

/** Run as a process of its own: a sign-in while a subscriber throws. Prints where it led, and what the process was told. */
async function main(): Promise<void> {
  const [flavour] = ALL_FLAVOURS;
  if (flavour === undefined) throw new Error('There is no flavour.');
  const reported: string[] = [];
  process.on('uncaughtException', (error) => reported.push(error.message));
  subscribe('passport-marketing-cloud:sign-in-finished', () => {
    throw new Error('of a subscriber');
  });
  const emulator = await startEmulator();
  const app = await startApp({ flavour, strategy: { ...emulator.strategyOptions(), scope: ['offline'] } });
  const browser = app.browser();
  const callback = new URL(await emulator.signIn((await browser.get('/login')).location));
  const { location } = await browser.get(callback.pathname + callback.search);
  await Promise.all([app.close(), emulator.close()]);
  process.stdout.write(JSON.stringify({ location, reported }));
}

main().catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
