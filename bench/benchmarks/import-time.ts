import { spawnSync } from 'node:child_process';
import type { ContestantName } from '../apps/contestants';
import { pickContestants, type Benchmark } from '../benchmark';
import { interleave } from '../harness/interleave';
import { toSpread } from '../harness/statistics';

const MODULES = {
  'passport-marketing-cloud': 'passport-marketing-cloud',
  'passport-oauth2': 'passport-oauth2',
  'openid-client': 'openid-client/passport',
  grant: 'grant',
} satisfies Partial<Record<ContestantName, string>>;

type Imported = keyof typeof MODULES | 'before' | 'node';

/** The time from the start of Node to its end with one module loaded, above the time without one. */
export const importTime: Benchmark = {
  name: 'import',
  run: async (settings, progress) => {
    const names = pickContestants(Object.keys(MODULES) as ContestantName[], settings) as Imported[];
    const scripts = new Map<Imported, string>([['node', '']]);
    for (const name of names) {
      const path = name === 'before' ? settings.before : MODULES[name as keyof typeof MODULES];
      scripts.set(name, `require(${JSON.stringify(path)})`);
    }
    const cpu = new Map<Imported, number[]>([...scripts.keys()].map((name) => [name, []]));
    const wall = await interleave(
      [...scripts.keys()],
      settings.rounds ?? 30,
      (name) => {
        const measured = runScript(scripts.get(name) ?? '');
        cpu.get(name)?.push(measured.cpuMs);
        return Promise.resolve(measured.wallMs);
      },
      progress,
    );
    const above = (values: ReadonlyMap<Imported, readonly number[]>, name: Imported) =>
      toSpread(toDifferences(values.get(name) ?? [], values.get('node') ?? []));
    const rows = names.map((name) => [name, above(wall, name), above(cpu, name)]);
    return [{ title: 'Import above bare Node', columns: ['', 'time, ms', 'CPU, ms'], rows, decimals: 1 }];
  },
};

/** Runs a script in a new Node. The CPU time is what the process itself counts at its end. */
function runScript(script: string): { readonly wallMs: number; readonly cpuMs: number } {
  const report = 'const { user, system } = process.cpuUsage(); process.stdout.write(String(user + system))';
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', `${script};${report}`], { encoding: 'utf8' });
  const wallMs = performance.now() - startedAt;
  if (status !== 0) throw new Error(stderr);
  return { wallMs, cpuMs: Number(stdout) / 1_000 };
}

/** Round by round: what disturbs a round disturbs both. */
function toDifferences(values: readonly number[], others: readonly number[]): number[] {
  return values.map((value, round) => value - (others[round] ?? Number.NaN));
}
