import { setTimeout as wait } from 'node:timers/promises';
import type { ContestantName } from '../apps/contestants';
import { pickContestants, toAmount, type Benchmark } from '../benchmark';
import { ChildProcess } from '../harness/child-process';
import { getContestant, withContestants } from '../harness/contestants';
import { interleave } from '../harness/interleave';
import { programPath } from '../harness/program-path';
import { toSpread } from '../harness/statistics';
import type { LinkConfig, LinkOrders } from '../link/link';
import { withStandIn } from '../stand-in/stand-in';

const CONTESTANTS: readonly ContestantName[] = [
  'passport-marketing-cloud',
  'passport-oauth2',
  'openid-client',
  'grant',
  'hand-written',
];
const WARM_UP = 60;
const ROUND_TRIP_MS = 40;
const IDLE_MS = 8_000;
/** How long closed connections get to be noticed. */
const DROP_MS = 200;

/** The time of a callback over a slow link to Marketing Cloud, as a number of round trips of that link. */
export const roundTrips: Benchmark = {
  name: 'round-trips',
  run: (settings, progress) =>
    withStandIn(async (standIn) => {
      const config: LinkConfig = { targetPort: Number(new URL(standIn.origin).port), delayMs: ROUND_TRIP_MS / 2 };
      const link = await ChildProcess.start<LinkOrders>(programPath('link/link'), { config });
      try {
        const names = pickContestants(CONTESTANTS, settings);
        const standInOrigin = `https://127.0.0.1:${await link.ask('port')}`;
        const arena = { standIn, standInOrigin, store: { kind: 'memory' }, settings, users: 1 } as const;
        return await withContestants(names, arena, async (contestants) => {
          const measure = async (name: ContestantName): Promise<number> => {
            const [browser] = getContestant(contestants, name).lanes.browsers;
            if (browser === undefined) throw new Error('There is no browser.');
            return (await browser.signIn()).ms / ROUND_TRIP_MS;
          };
          progress('warm-up');
          for (let signIns = 0; signIns < toAmount(WARM_UP, settings); signIns += 1)
            await Promise.all(names.map(measure));

          const rounds = settings.rounds ?? 12;
          const warm = await interleave(names, rounds, measure, (text) => progress(`warm: ${text}`));
          const cold = await interleave(
            names,
            rounds,
            async (name) => {
              await link.ask('dropConnections');
              await wait(DROP_MS);
              return await measure(name);
            },
            (text) => progress(`cold: ${text}`),
          );
          let idleRound = -1;
          const idle = await interleave(
            names,
            Math.ceil(rounds / 3),
            async (name, round) => {
              if (round !== idleRound) {
                await Promise.all(names.map(measure));
                await wait(toAmount(IDLE_MS, settings));
                idleRound = round;
              }
              return await measure(name);
            },
            (text) => progress(`idle: ${text}`),
          );
          const rows = names.map((name) => [
            name,
            ...[warm, cold, idle].map((values) => toSpread(values.get(name) ?? [])),
          ]);
          const columns = ['', 'warm', 'without a connection', `after ${IDLE_MS / 1_000} s`];
          return [{ title: `Callback over a link of ${ROUND_TRIP_MS} ms, in round trips`, columns, rows, decimals: 2 }];
        });
      } finally {
        await link.close();
      }
    }),
};
