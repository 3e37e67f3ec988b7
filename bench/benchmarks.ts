import type { Benchmark } from './benchmark';
import { grantBytes } from './benchmarks/grant-bytes';
import { guard } from './benchmarks/guard';
import { heap } from './benchmarks/heap';
import { importTime } from './benchmarks/import-time';
import { installedSize } from './benchmarks/installed-size';
import { rollOver } from './benchmarks/roll-over';
import { roundTrips } from './benchmarks/round-trips';
import { scale } from './benchmarks/scale';
import { signIn } from './benchmarks/sign-in';
import { storm } from './benchmarks/storm';

/** Every benchmark, in the order in which they run. */
export const BENCHMARKS: readonly Benchmark[] = [
  signIn,
  guard,
  roundTrips,
  rollOver,
  storm,
  importTime,
  installedSize,
  heap,
  grantBytes,
  scale,
];
