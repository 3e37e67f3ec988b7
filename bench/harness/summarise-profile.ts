import { fileURLToPath } from 'node:url';
import type { Table } from './table';

/** What is read of a `.cpuprofile`. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples?: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas?: readonly number[];
}

const MAX_ROWS = 40;

/** Self time by package, by file and by function, as shares of the time that the process was not idle. */
export function summariseProfile({ nodes, samples = [], timeDeltas = [] }: CpuProfile, file: string): Table[] {
  const self = new Map<number, number>();
  samples.forEach((id, index) => self.set(id, (self.get(id) ?? 0) + (timeDeltas[index] ?? 0)));
  const frames = nodes
    .map(({ id, callFrame }) => ({ callFrame, us: self.get(id) ?? 0 }))
    .filter(({ callFrame, us }) => us > 0 && callFrame.functionName !== '(idle)');
  const total = frames.reduce((sum, { us }) => sum + us, 0);

  const table = (title: string, toKey: (frame: CpuProfile['nodes'][number]['callFrame']) => string): Table => {
    const sums = new Map<string, number>();
    for (const { callFrame, us } of frames) sums.set(toKey(callFrame), (sums.get(toKey(callFrame)) ?? 0) + us);
    const rows = [...sums]
      .sort(([, one], [, other]) => other - one)
      .slice(0, MAX_ROWS)
      .map(([key, us]) => [key, (us / total) * 100, us / 1_000]);
    return { title: `${title}: ${file}`, columns: ['', '% of self time', 'ms'], rows, decimals: 1 };
  };
  return [
    table('By package', ({ url, functionName }) => toPackage(url) ?? functionName),
    table('By file', ({ url, functionName }) => toShortPath(url) ?? functionName),
    table('By function', ({ url, functionName, lineNumber }) => {
      const path = toShortPath(url);
      const name = functionName === '' ? '(anonymous)' : functionName;
      return path === undefined ? name : `${name} ${path}:${lineNumber + 1}`;
    }),
  ];
}

/** `node`, a package's name, or the folder that holds a file; undefined for what has no file, such as the collector. */
function toPackage(url: string): string | undefined {
  const path = toShortPath(url);
  if (path === undefined) return undefined;
  if (path.startsWith('node:')) return 'node';
  const [scope = '', name = ''] = path.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

/** The path from the package's name on; for a file of a checkout from `dist` or `bench` on. */
function toShortPath(url: string): string | undefined {
  if (url === '') return undefined;
  if (url.startsWith('node:')) return url;
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  const [, inPackage] = /.*\/node_modules\/(.+)$/.exec(path) ?? [];
  return inPackage ?? path.replace(/^.*\/(?=(?:dist|bench\/apps|bench\/harness)\/)/, '');
}
