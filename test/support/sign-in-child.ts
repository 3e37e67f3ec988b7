import { startEmulator } from '../../src/emulator';
import { startApp } from './app';
import { ALL_FLAVOURS } from './flavours';

/** What the child reports: what came of its sign-ins, and the bodies of its token calls. */
export interface ChildReport {
  readonly statuses: readonly number[];
  readonly tokenCalls: readonly Readonly<Record<string, string>>[];
}

/**
 * Run as a process of its own, forked, so that all it logs can be read: a sign-in with PKCE that works, one that
 * Marketing Cloud refuses, and one that breaks. Prints nothing itself and reports by message.
 */
async function main(): Promise<void> {
  const [flavour] = ALL_FLAVOURS;
  if (flavour === undefined || process.send === undefined) throw new Error('Fork this file.');
  const emulator = await startEmulator({ pkce: 'enforce-if-sent' });
  const app = await startApp({ flavour, strategy: { ...emulator.strategyOptions(), scope: ['offline'], pkce: true } });
  const browser = app.browser();
  const statuses: number[] = [];
  for (const fault of [
    undefined,
    { status: 400, body: { error: 'invalid_grant' } },
    { drop: 'after-headers' },
  ] as const) {
    if (fault !== undefined) emulator.fault('token', { ...fault, times: 1 });
    const login = await browser.get('/login');
    const callback = new URL(await emulator.signIn(login.location));
    statuses.push((await browser.get(callback.pathname + callback.search)).status);
  }
  const tokenCalls = emulator.requestsTo('token').map(({ body }) => body as Record<string, string>);
  await Promise.all([app.close(), emulator.close()]);
  const report: ChildReport = { statuses, tokenCalls };
  process.send(report, () => process.disconnect());
}

main().catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
