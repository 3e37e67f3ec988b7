import { setTimeout as wait } from 'node:timers/promises';
import type { ContestantName } from '../apps/contestants';
import type { StoreConfig } from '../apps/stores';
import { pickContestants, toAmount, type Benchmark, type Settings } from '../benchmark';
import { AppProcess } from '../harness/app-process';
import { Browser } from '../harness/browser';
import { assertAllServed, Crowd } from '../harness/crowd';
import { withPostgres, withRedis } from '../harness/services';
import { quantile, toSpread } from '../harness/statistics';
import type { Cell, Table } from '../harness/table';
import { withStandIn, type StandIn } from '../stand-in/stand-in';

const CONTESTANTS: readonly ContestantName[] = ['passport-marketing-cloud', 'hand-written'];
const PROCESSES = 4;
const REQUESTS = 1_000;
const TOKEN_LIFE_SECONDS = 1_079;
const TOKEN_CALL_MS = 300;
const WARM_UP_BURSTS = 20;
/** Between bursts, so that what a burst leaves to do is done. */
const REST_MS = 100;

/** A thousand requests at once of one session whose token has expired, over four processes that share a store. */
export const storm: Benchmark = {
  name: 'storm',
  run: async (settings, progress) => [
    ...(await withRedis(({ url }) => run({ kind: 'redis', url, disableTouch: true }, settings, progress), [])),
    ...(await withPostgres(({ url }) => run({ kind: 'postgres', url, disableTouch: true }, settings, progress), [])),
  ],
};

function run(store: StoreConfig, settings: Settings, progress: (text: string) => void): Promise<readonly Table[]> {
  return withStandIn(async (standIn) => {
    const rows: Cell[][] = [];
    for (const name of pickContestants(CONTESTANTS, settings)) {
      const apps: AppProcess[] = [];
      try {
        const packageFolder = name === 'before' ? settings.before : undefined;
        for (let index = 0; index < PROCESSES; index += 1) {
          apps.push(await AppProcess.start(standIn, { contestant: name, store, packageFolder }));
        }
        const say = (text: string): void => progress(`${store.kind}, ${name}: ${text}`);
        rows.push([name, ...(await measure(apps, standIn, settings, say))]);
      } finally {
        await Promise.all(apps.map((app) => app.process.close()));
      }
    }
    const columns = [
      '',
      'token calls a round',
      'p99 above the token call, ms',
      'in 9 of 10 rounds at most',
      'p99 with a fresh token, ms',
    ];
    const title = `${PROCESSES} processes, ${toAmount(REQUESTS, settings)} requests at once, ${store.kind}`;
    return [{ title, columns, rows, decimals: 0 }];
  });
}

async function measure(
  apps: readonly AppProcess[],
  standIn: StandIn,
  settings: Settings,
  progress: (text: string) => void,
): Promise<Cell[]> {
  const [first] = apps;
  if (first === undefined) throw new Error('There is no app.');
  const crowd = new Crowd(apps.map(({ address }) => address));
  const browser = new Browser(first.address);
  const requests = toAmount(REQUESTS, settings, PROCESSES);
  const burst = async (): Promise<number> => {
    await wait(REST_MS);
    const hits = await crowd.burst(browser.cookie, requests);
    assertAllServed(hits);
    return quantile(
      hits.map(({ ms }) => ms),
      0.99,
    );
  };
  await standIn.process.ask('setTokens', { expiresInSeconds: TOKEN_LIFE_SECONDS, delayMs: 0 });
  await browser.signIn();
  progress('warm-up');
  for (let bursts = 0; bursts < toAmount(WARM_UP_BURSTS, settings); bursts += 1) await burst();
  await standIn.process.ask('setTokens', { expiresInSeconds: TOKEN_LIFE_SECONDS, delayMs: TOKEN_CALL_MS });
  const calls: number[] = [];
  const expired: number[] = [];
  const fresh: number[] = [];
  const rounds = settings.rounds ?? 10;
  for (let round = 1; round <= rounds; round += 1) {
    progress(`round ${round} of ${rounds}`);
    for (const app of apps) await app.process.ask('advance', (TOKEN_LIFE_SECONDS + 1) * 1_000);
    await standIn.process.ask('takeTokenCalls');
    expired.push((await burst()) - TOKEN_CALL_MS);
    calls.push(await standIn.process.ask('takeTokenCalls'));
    fresh.push(await burst());
  }
  browser.close();
  await crowd.close();
  return [toSpread(calls), toSpread(expired), quantile(expired, 0.9), toSpread(fresh)];
}
