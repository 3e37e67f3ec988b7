import type { ContestantName } from '../apps/contestants';
import { pickContestants, toAmount, type Benchmark } from '../benchmark';
import { getContestant, withContestants } from '../harness/contestants';
import { withStandIn } from '../stand-in/stand-in';

const CONTESTANTS: readonly ContestantName[] = [
  'passport-marketing-cloud',
  'passport-oauth2',
  'openid-client',
  'grant',
  'hand-written',
];
const USERS = 8;
const WARM_UP = 2_000;
/** Sign-ins after which the sessions are deleted. */
const BATCH = 1_000;
const MB = 1_000_000;

/** What an app's heap keeps of sign-ins whose sessions and grants have been deleted from the store. */
export const heap: Benchmark = {
  name: 'heap',
  run: (settings, progress) =>
    withStandIn((standIn) => {
      const names = pickContestants(CONTESTANTS, settings);
      const arena = { standIn, store: { kind: 'memory' }, settings, users: USERS } as const;
      return withContestants(names, arena, async (contestants) => {
        const signIns = toAmount(settings.signIns, settings);
        const signInAndClear = async (name: ContestantName, times: number): Promise<number> => {
          const { app, lanes } = getContestant(contestants, name);
          for (let left = times; left > 0; left -= BATCH) {
            await lanes.run(Math.min(left, BATCH), (browser) => browser.signIn());
            await app.process.ask('clearSessions');
          }
          return await app.process.ask('heap');
        };
        // At once: no time is measured here.
        const rows = await Promise.all(
          names.map(async (name) => {
            const before = await signInAndClear(name, toAmount(WARM_UP, settings, USERS));
            progress(`${name}: warm-up done`);
            const after = await signInAndClear(name, signIns);
            progress(`${name}: done`);
            return [name, (after - before) / MB, after / MB];
          }),
        );
        const title = `Heap over ${signIns} sign-ins`;
        return [{ title, columns: ['', 'growth, MB', 'heap in use, MB'], rows, decimals: 1 }];
      });
    }),
};
