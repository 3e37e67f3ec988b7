import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Whether a script of plain Node ends well, at once: tests are defined synchronously, and whether they are skipped has
 * to be known by then.
 */
export function endsWell(script: string, ...args: readonly string[]): boolean {
  const options = { timeout: 5_000, cwd: __dirname, stdio: 'ignore' as const };
  return spawnSync(process.execPath, ['-e', script, ...args], options).status === 0;
}

/** The path of an installed program, looked for in these folders first and then on the PATH. */
export function findProgram(name: string, folders: readonly string[] = []): string | undefined {
  const paths = [...folders, ...(process.env['PATH'] ?? '').split(delimiter)].map((folder) => join(folder, name));
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Where Debian keeps PostgreSQL's programs, the newest first. */
export function postgresFolders(root = '/usr/lib/postgresql'): string[] {
  try {
    const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
    return versions.map((version) => join(root, version, 'bin'));
  } catch {
    return [];
  }
}
