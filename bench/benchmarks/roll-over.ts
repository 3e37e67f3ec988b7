import type { ContestantName } from '../apps/contestants';
import { pickContestants, toAmount, type Benchmark } from '../benchmark';
import { getContestant, withContestants } from '../harness/contestants';
import { assertAllServed, Crowd } from '../harness/crowd';
import { quantile } from '../harness/statistics';
import { withStandIn } from '../stand-in/stand-in';

const CONTESTANTS: readonly ContestantName[] = ['passport-marketing-cloud', 'hand-written'];
const TOKEN_LIFE_SECONDS = 8;
const TOKEN_CALL_MS = 300;
const REQUESTS = 1_800;
const PER_SECOND = 150;
const SLOW_MS = 250;
const WARM_UP = 2_000;

/** Requests of one session at a steady rate, for longer than its token lives: how many wait for the refresh. */
export const rollOver: Benchmark = {
  name: 'roll-over',
  run: (settings, progress) =>
    withStandIn((standIn) => {
      const names = pickContestants(CONTESTANTS, settings);
      const arena = { standIn, store: { kind: 'memory' }, settings, users: 1 } as const;
      return withContestants(names, arena, async (contestants) => {
        const requests = toAmount(REQUESTS, settings);
        const rows = [];
        for (const name of names) {
          progress(name);
          const { app, lanes } = getContestant(contestants, name);
          const crowd = new Crowd([app.address]);
          const [browser] = lanes.browsers;
          if (browser === undefined) throw new Error('There is no browser.');
          await standIn.process.ask('setTokens', { expiresInSeconds: 1_079, delayMs: 0 });
          await browser.signIn();
          for (let sent = 0; sent < toAmount(WARM_UP, settings); sent += 50) await crowd.burst(browser.cookie, 50);
          await standIn.process.ask('setTokens', { expiresInSeconds: TOKEN_LIFE_SECONDS, delayMs: TOKEN_CALL_MS });
          await browser.signIn();
          await standIn.process.ask('takeTokenCalls');
          const hits = await crowd.steady(browser.cookie, requests, PER_SECOND);
          assertAllServed(hits);
          const times = hits.map(({ ms }) => ms);
          const slow = times.filter((ms) => ms > SLOW_MS).length;
          rows.push([
            name,
            slow,
            Math.round(quantile(times, 0.5)),
            Math.round(Math.max(...times)),
            await standIn.process.ask('takeTokenCalls'),
          ]);
          await crowd.close();
        }
        const columns = ['', `over ${SLOW_MS} ms`, 'median, ms', 'longest, ms', 'token calls'];
        const title = `${requests} requests while tokens of ${TOKEN_LIFE_SECONDS} s roll over`;
        return [{ title, columns, rows, decimals: 0 }];
      });
    }),
};
