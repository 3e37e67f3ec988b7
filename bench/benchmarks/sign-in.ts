import type { ContestantName } from '../apps/contestants';
import { pickContestants, toAmount, type Benchmark } from '../benchmark';
import { getContestant, withContestants } from '../harness/contestants';
import { interleave } from '../harness/interleave';
import { profileContestant } from '../harness/profile-contestant';
import { toRatios, toSpread } from '../harness/statistics';
import { withStandIn } from '../stand-in/stand-in';

const CONTESTANTS: readonly ContestantName[] = [
  'passport-marketing-cloud',
  'passport-oauth2',
  'openid-client',
  'grant',
  'hand-written',
];
const USERS = 8;
const WARM_UP = 600;
const SIGN_INS = 100;
/** Many short rounds: their median is steadier than that of a few long ones. */
const ROUNDS = 30;

/** CPU time of the app's process for one whole sign-in: login route, callback, token and userinfo call. */
export const signIn: Benchmark = {
  name: 'sign-in',
  run: (settings, progress) =>
    withStandIn((standIn) => {
      const names = pickContestants(CONTESTANTS, settings);
      const signIns = toAmount(SIGN_INS, settings, USERS);
      const arena = { standIn, store: { kind: 'memory' }, settings, users: USERS } as const;
      return withContestants(names, arena, async (contestants) => {
        const signInAll = async (name: ContestantName, times: number): Promise<void> => {
          const { app, lanes } = getContestant(contestants, name);
          await app.process.ask('clearSessions');
          await lanes.run(times, (browser) => browser.signIn());
        };
        progress('warm-up');
        for (const name of names) {
          await signInAll(name, toAmount(WARM_UP, settings, USERS));
          await getContestant(contestants, name).app.process.ask('takeStoreCalls');
        }
        if (settings.profile !== undefined) {
          const [name = 'passport-marketing-cloud'] = names;
          const { app } = getContestant(contestants, name);
          return await profileContestant(app, `sign-in-${name}`, settings.profile, () => signInAll(name, signIns * 20));
        }
        const cpu = await interleave(
          names,
          settings.rounds ?? ROUNDS,
          (name) => getContestant(contestants, name).app.measureCpu(() => signInAll(name, signIns)),
          progress,
        );
        const rows = await Promise.all(
          names.map(async (name) => {
            const values = cpu.get(name) ?? [];
            const { get, set, destroy } = await getContestant(contestants, name).app.process.ask('takeStoreCalls');
            const perSignIn = (calls: number): string => (calls / signIns / values.length).toFixed(1);
            return [
              name,
              ...(['passport-oauth2', 'hand-written'] as const)
                .map((other) => cpu.get(other))
                .map((other) => (other === undefined ? '' : toSpread(toRatios(values, other)))),
              toSpread(values.map((us) => us / signIns / 1_000)),
              [get, set, destroy].map(perSignIn).join(' / '),
            ];
          }),
        );
        const columns = ['', '× passport-oauth2', '× hand-written', 'CPU, ms', 'store get / set / destroy'];
        return [{ title: 'CPU of one sign-in', columns, rows, decimals: 2 }];
      });
    }),
};
