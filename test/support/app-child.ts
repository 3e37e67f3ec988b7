import { startApp, type AppOptions } from './app';
import { heldClock } from './clock';
import { ALL_FLAVOURS } from './flavours';
import { RecordingStore } from './stores';

/** Longer than the emulator's tokens live. */
const LIFETIME_MS = 1_079_000;

/**
 * Run as a process of its own: an app in a process whose `Object.prototype` was polluted before it starts. The
 * app prints its origin, and ends when it is told to by the end of its input.
 *
 * Arguments: strategy options as JSON, and the members of `Object.prototype` as JSON.
 */
async function main([options = '{}', members = '{}']: readonly string[]): Promise<void> {
  const [flavour] = ALL_FLAVOURS;
  if (flavour === undefined) throw new Error('There is no flavour.');
  const strategy = JSON.parse(options) as AppOptions['strategy'];
  for (const [name, value] of Object.entries(JSON.parse(members) as object)) Reflect.set(Object.prototype, name, value);
  const store = new RecordingStore();
  const clock = heldClock();
  const app = await startApp({
    flavour,
    strategy: { ...strategy, clock: clock.now },
    session: { store },
    routes: (express) => {
      express.get('/keep', (req, res, next) => {
        req.marketingCloud.keep().then(() => res.end('kept'), next);
      });
      express.get('/advance', (_req, res) => {
        clock.advance(LIFETIME_MS + 1_000);
        res.end();
      });
      express.get('/stored', (_req, res, next) => {
        storedGrants(store).then((grants) => res.end(grants), next);
      });
    },
  });
  process.stdin.resume().once('end', () => {
    app.close().catch(() => (process.exitCode = 1));
  });
  process.stdout.write(app.origin);
}

/** What is said of each grant in the store: the names of its members, and those that are true. */
async function storedGrants(store: RecordingStore): Promise<string> {
  const records = Object.values(await store.records()).flatMap((session) => {
    const record = Object.getOwnPropertyDescriptor(session, 'marketingCloudVault')?.value as
      { kind: string; dead?: string; data: string } | undefined;
    if (record?.kind !== 'grant') return [];
    const grant = Object.entries(JSON.parse(record.data) as object);
    const dead = Object.getOwnPropertyDescriptor(record, 'dead')?.value as unknown;
    return [[String(dead), ...grant.map(([name, value]) => (value === true ? `${name}!` : name))].join(' ')];
  });
  return records.sort().join('\n');
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
