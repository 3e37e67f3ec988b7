import { loadavg } from 'node:os';
import { BENCHMARKS } from './benchmarks';
import { parseCommandLine } from './command-line';
import { toMarkdown } from './harness/table';

/** Runs the named benchmarks, or all: tables go to standard output, progress to standard error. */
async function main(args: readonly string[]): Promise<void> {
  const { names, settings } = parseCommandLine(args);
  for (const name of names) {
    if (!BENCHMARKS.some((benchmark) => benchmark.name === name)) {
      throw new TypeError(`There is no benchmark ${name}: ${BENCHMARKS.map((one) => one.name).join(', ')}.`);
    }
  }
  for (const benchmark of BENCHMARKS) {
    if (names.length > 0 && !names.includes(benchmark.name)) continue;
    const startedAt = performance.now();
    const tables = await benchmark.run(settings, (text) => process.stderr.write(`${benchmark.name}: ${text}\n`));
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    for (const table of tables) process.stdout.write(`${toMarkdown(table)}\n`);
    process.stderr.write(`${benchmark.name}: ${seconds} s, load ${loadavg()[0]?.toFixed(1) ?? ''}\n`);
  }
}

// Services that were started end with the process, but not where a signal ends it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${String(error instanceof TypeError ? error.message : (error as Error).stack)}\n`);
  process.exitCode = 1;
});
