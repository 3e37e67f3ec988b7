import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppProcess } from './app-process';
import { summariseProfile, type CpuProfile } from './summarise-profile';
import type { Table } from './table';

/**
 * Profiles an app while it works.
 *
 * @param folder gets the profile as `name.cpuprofile`
 * @returns tables of the self time by package, file and function
 */
export async function profileContestant(
  app: AppProcess,
  name: string,
  folder: string,
  work: () => Promise<unknown>,
): Promise<readonly Table[]> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.cpuprofile`);
  await app.process.ask('startProfile');
  await work();
  await app.process.ask('stopProfile', file);
  return summariseProfile(JSON.parse(readFileSync(file, 'utf8')) as CpuProfile, file);
}
