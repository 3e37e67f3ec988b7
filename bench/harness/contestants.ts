import type { ContestantName } from '../apps/contestants';
import type { StoreConfig } from '../apps/stores';
import type { Settings } from '../benchmark';
import type { StandIn } from '../stand-in/stand-in';
import { AppProcess } from './app-process';
import { Lanes } from './lanes';

/** A contestant's app and the users that it serves. */
export interface Contestant {
  readonly app: AppProcess;
  readonly lanes: Lanes;
}

/** Where the apps of a benchmark run. */
export interface Arena {
  readonly standIn: StandIn;
  /** A slow link to the stand-in; left out, the stand-in itself. */
  readonly standInOrigin?: string;
  readonly store: StoreConfig;
  readonly settings: Settings;
  /** Users at the same time. */
  readonly users: number;
}

/** Starts contestants, runs a benchmark with them, and ends them. */
export async function withContestants<Result>(
  names: readonly ContestantName[],
  { standIn, standInOrigin = standIn.origin, store, settings, users }: Arena,
  run: (contestants: ReadonlyMap<ContestantName, Contestant>) => Promise<Result>,
): Promise<Result> {
  const contestants = new Map<ContestantName, Contestant>();
  try {
    for (const contestant of names) {
      const packageFolder = contestant === 'before' ? settings.before : undefined;
      const app = await AppProcess.start(standIn, { contestant, standInOrigin, store, packageFolder });
      contestants.set(contestant, { app, lanes: new Lanes(app.address, users) });
    }
    return await run(contestants);
  } finally {
    for (const { app, lanes } of contestants.values()) {
      lanes.close();
      await app.process.close();
    }
  }
}

/** A contestant that was started. */
export function getContestant(contestants: ReadonlyMap<ContestantName, Contestant>, name: ContestantName): Contestant {
  const found = contestants.get(name);
  if (found === undefined) throw new Error(`${name} was not started.`);
  return found;
}
