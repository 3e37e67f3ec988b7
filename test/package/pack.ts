import { join } from 'node:path';
import { makeFolder, run, stage } from './stage';

/** The tarball as `npm pack` writes it, from the current sources. */
export interface Packed {
  /** The path of the tarball. */
  readonly tarball: string;
  /** The folder that it was unpacked to. */
  readonly unpacked: string;
  readonly files: readonly string[];
  readonly unpackedBytes: number;
}

/** Packs the package and unpacks it again. `prepare` may change the copy of the repository that is packed. */
export async function pack(prepare: (staged: string) => Promise<void> = async () => {}): Promise<Packed> {
  const [staged, folder] = await Promise.all([stage(), makeFolder()]);
  await prepare(staged);
  const { stdout } = await run('npm', ['pack', '--json', '--offline', '--pack-destination', folder], { cwd: staged });
  const [packed] = JSON.parse(stdout) as { filename: string; unpackedSize: number; files: { path: string }[] }[];
  if (packed === undefined) throw new Error('npm packed nothing.');
  const tarball = join(folder, packed.filename);
  await run('tar', ['-xzf', tarball, '-C', folder]);
  return {
    tarball,
    unpacked: join(folder, 'package'),
    files: packed.files.map(({ path }) => path),
    unpackedBytes: packed.unpackedSize,
  };
}
