import { startApp, type AppOptions } from './app';
import { ALL_FLAVOURS } from './flavours';

/**
 * Run as a process of its own: an app in a process whose `Object.prototype` somebody has polluted before it starts. The
 * app prints its origin, and ends when it is told to by the end of its input.
 *
 * Arguments: strategy options as JSON, and the members of `Object.prototype` as JSON.
 */
async function main([options = '{}', members = '{}']: readonly string[]): Promise<void> {
  const [flavour] = ALL_FLAVOURS;
  if (flavour === undefined) throw new Error('There is no flavour.');
  const strategy = JSON.parse(options) as AppOptions['strategy'];
  for (const [name, value] of Object.entries(JSON.parse(members) as object)) Reflect.set(Object.prototype, name, value);
  const app = await startApp({ flavour, strategy });
  process.stdin.resume().once('end', () => {
    app.close().catch(() => (process.exitCode = 1));
  });
  process.stdout.write(app.origin);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
