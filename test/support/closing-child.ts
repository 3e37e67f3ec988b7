import { startApp } from './app';
import { ALL_FLAVOURS } from './flavours';
import type { AppOptions } from './app';

/**
 * Run as a process of its own, forked: an app that signs a user in and calls Marketing Cloud, and then closes its server
 * and nothing else. Says what keeps the process alive after that, and whether `fetch` has got another agent.
 *
 * Arguments: strategy options as JSON. The parent plays the browser at Marketing Cloud.
 */
async function main(options: string): Promise<void> {
  const [flavour] = ALL_FLAVOURS;
  if (flavour === undefined || process.send === undefined) throw new Error('Fork this file.');
  const app = await startApp({ flavour, strategy: JSON.parse(options) as AppOptions['strategy'] });
  const browser = app.browser();
  process.once('message', (callback: string) => {
    void (async () => {
      await browser.get(callback);
      const { status } = await browser.get('/api');
      app.server.closeAllConnections();
      await new Promise((resolve) => app.server.close(resolve));
      // Handles that are closing are gone a turn of the event loop later.
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      const fetchAgent: unknown = Reflect.get(globalThis, Symbol.for('undici.globalDispatcher.1'));
      const left = process.getActiveResourcesInfo();
      process.send?.({ status, left, fetchHasOtherAgent: fetchAgent instanceof (await import('undici')).Agent });
      process.disconnect();
    })();
  });
  process.send({ login: (await browser.get('/login')).location });
}

main(process.argv[2] ?? '{}').catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
