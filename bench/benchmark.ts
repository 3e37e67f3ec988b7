import type { ContestantName } from './apps/contestants';
import type { Table } from './harness/table';

/** What the command line sets. */
export interface Settings {
  /** How often each contestant is measured; left out, as often as the benchmark's default. */
  readonly rounds: number | undefined;
  /** A factor for the amount of work in a round; 1 is the default, tests use less. */
  readonly effort: number;
  /** Only these contestants; left out, all. */
  readonly contestants: readonly ContestantName[] | undefined;
  /** Another checkout of the package, with a build, as the contestant `before`. */
  readonly before: string | undefined;
  /** A folder for CPU profiles: profiles are written and summarised there in place of measuring. */
  readonly profile: string | undefined;
  /** Sign-ins of the heap benchmark. */
  readonly signIns: number;
  /** Grants of the scale benchmark. */
  readonly scale: number;
}

/** One benchmark: resolves to its tables. */
export interface Benchmark {
  readonly name: string;
  readonly run: (settings: Settings, progress: (text: string) => void) => Promise<readonly Table[]>;
}

/** The contestants of a benchmark that the settings leave, with `before` where there is such a checkout. */
export function pickContestants(names: readonly ContestantName[], settings: Settings): ContestantName[] {
  const all = settings.before === undefined ? names : (['before', ...names] as const);
  return all.filter((name) => name === 'before' || settings.contestants?.includes(name) !== false);
}

/** An amount of work by the settings' effort, at least a minimum. */
export function toAmount(amount: number, { effort }: Settings, minimum = 1): number {
  return Math.max(minimum, Math.round(amount * effort));
}
