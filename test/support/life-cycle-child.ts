import { startEmulator } from '../../src/emulator';
import { startApp } from './app';
import { heldClock } from './clock';
import { ALL_FLAVOURS } from './flavours';

/**
 * Run as a process of its own, forked, so that all it logs can be read: a sign-in, calls, a refresh, a refresh that
 * fails, a sign-out. Prints nothing itself; reports the secrets that went over the wire.
 */
async function main(): Promise<void> {
  const [flavour] = ALL_FLAVOURS;
  if (flavour === undefined || process.send === undefined) throw new Error('Fork this file.');
  const emulator = await startEmulator();
  const clock = heldClock();
  const app = await startApp({
    flavour,
    strategy: { ...emulator.strategyOptions(), scope: ['offline'], clock: clock.now },
  });
  const browser = app.browser();
  const login = await browser.get('/login');
  const callback = new URL(await emulator.signIn(login.location));
  await browser.get(callback.pathname + callback.search);
  await browser.get('/api');
  for (const fault of [undefined, { status: 500, body: 'x' }] as const) {
    clock.advance(1_100_000);
    emulator.clock.advance(1_100_000);
    if (fault !== undefined) emulator.fault('token', fault);
    await browser.get('/api');
  }
  await browser.send('/logout', { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } });
  const secrets = emulator.requests.all.flatMap(({ body, headers }) => [
    ...['code', 'client_secret', 'refresh_token'].map((name) => (Object(body) as Record<string, unknown>)[name]),
    headers['authorization'],
  ]);
  await Promise.all([app.close(), emulator.close()]);
  process.send(
    secrets.filter((secret) => typeof secret === 'string').map((secret) => secret.replace(/^Bearer /, '')),
    () => process.disconnect(),
  );
}

main().catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
