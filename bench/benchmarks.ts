import type { Benchmark } from './benchmark';
import { guard } from './benchmarks/guard';
import { signIn } from './benchmarks/sign-in';

/** Every benchmark, in the order in which they run. */
export const BENCHMARKS: readonly Benchmark[] = [signIn, guard];
