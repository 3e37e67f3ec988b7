import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Benchmark } from '../benchmark';
import { dependencyClosure } from '../harness/dependency-closure';

const PEERS = ['passport-oauth2', 'openid-client', 'grant'];
const MB = 1_000_000;

/** What `npm install --omit=dev` brings along: the packed tarball, unpacked, and every package it depends on. */
export const installedSize: Benchmark = {
  name: 'installed-size',
  run: (_settings, progress) => {
    progress('packing');
    const root = process.cwd();
    const own = packedBytes(root);
    const dependencies = dependencyClosure(root, '');
    const rows = [
      ['passport-marketing-cloud', String(dependencies.length + 1), (own + sumOf(dependencies)) / MB, own / MB],
      ...PEERS.map((name) => {
        const closure = dependencyClosure(root, join('node_modules', name));
        const [peer, ...others] = closure;
        if (peer === undefined) throw new Error(`${name} is not installed.`);
        return [name, String(others.length + 1), sumOf(closure) / MB, peer.bytes / MB];
      }),
    ];
    return Promise.resolve([
      { title: 'Installed size', columns: ['', 'packages', 'MB', 'of these its own'], rows, decimals: 2 },
    ]);
  },
};

function sumOf(packages: readonly { readonly bytes: number }[]): number {
  return packages.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The size of the tarball's files, from `dist` as it was built last. */
function packedBytes(root: string): number {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [packed] = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' })) as { unpackedSize: number }[];
  if (packed === undefined) throw new Error('npm pack reported nothing.');
  return packed.unpackedSize;
}
