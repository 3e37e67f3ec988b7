import type { ContestantName } from '../apps/contestants';
import type { StoreConfig } from '../apps/stores';
import { pickContestants, toAmount, type Benchmark, type Settings } from '../benchmark';
import { getContestant, withContestants } from '../harness/contestants';
import { interleave } from '../harness/interleave';
import { profileContestant } from '../harness/profile-contestant';
import { withRedis } from '../harness/services';
import { toRatios, toSpread } from '../harness/statistics';
import type { Table } from '../harness/table';
import { withStandIn } from '../stand-in/stand-in';

const CONTESTANTS: readonly ContestantName[] = [
  'passport-marketing-cloud',
  'passport.session()',
  'passport-oauth2',
  'hand-written',
];
/** Each has a session and a grant of its own. */
const USERS = 8;
const WARM_UP = 6_000;
const REQUESTS = 800;
/** Many short rounds: their median is steadier than that of a few long ones. */
const ROUNDS = 30;

/** CPU time of the app's process for one request to a guarded route whose token is fresh. */
export const guard: Benchmark = {
  name: 'guard',
  run: async (settings, progress) => [
    ...(await run({ kind: 'memory' }, settings, progress)),
    ...(await withRedis(({ url }) => run({ kind: 'redis', url }, settings, progress), [])),
  ],
};

function run(store: StoreConfig, settings: Settings, progress: (text: string) => void): Promise<readonly Table[]> {
  return withStandIn((standIn) => {
    const names = pickContestants(CONTESTANTS, settings);
    const requests = toAmount(REQUESTS, settings, USERS);
    return withContestants(names, { standIn, store, settings, users: USERS }, async (contestants) => {
      const request = (name: ContestantName, times: number): Promise<void> =>
        getContestant(contestants, name).lanes.run(times, (browser) => browser.getGuarded());
      progress(`${store.kind}: warm-up`);
      for (const name of names) {
        for (const browser of getContestant(contestants, name).lanes.browsers) await browser.signIn();
        await request(name, toAmount(WARM_UP, settings, USERS));
      }
      if (settings.profile !== undefined) {
        const [name = 'passport-marketing-cloud'] = names;
        const { app } = getContestant(contestants, name);
        const profile = `guard-${store.kind}-${name}`;
        return await profileContestant(app, profile, settings.profile, () => request(name, requests * 20));
      }
      const cpu = await interleave(
        names,
        settings.rounds ?? ROUNDS,
        (name) => getContestant(contestants, name).app.measureCpu(() => request(name, requests)),
        (text) => progress(`${store.kind}: ${text}`),
      );
      const bare = cpu.get('passport.session()');
      const rows = names.map((name) => {
        const values = cpu.get(name) ?? [];
        const ratio = bare === undefined ? '' : toSpread(toRatios(values, bare));
        return [name, ratio, toSpread(values.map((us) => us / requests))];
      });
      const columns = ['', '× passport.session()', 'CPU, µs'];
      return [{ title: `CPU of one guarded request, ${store.kind} store`, columns, rows, decimals: 2 }];
    });
  });
}
