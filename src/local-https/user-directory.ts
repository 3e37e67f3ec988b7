import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

const NAME = 'passport-marketing-cloud';

/** The environment variable that chooses another folder. */
export const USER_DIRECTORY_VARIABLE = process.platform === 'win32' ? 'LOCALAPPDATA' : 'XDG_DATA_HOME';

const DATA_FOLDERS: Readonly<Record<string, readonly string[]>> = {
  win32: ['AppData', 'Local'],
  darwin: ['Library', 'Application Support'],
};

/**
 * The folder for files that this user's programs keep: `%LOCALAPPDATA%` on Windows, else `$XDG_DATA_HOME`, else what the
 * system has for it.
 *
 * @throws Error if the user has no home directory
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function getUserDirectory(env: NodeJS.ProcessEnv = process.env): string {
  const data = env[USER_DIRECTORY_VARIABLE];
  // The specification ignores relative paths.
  if (data !== undefined && isAbsolute(data)) return join(data, NAME);
  return join(homedir(), ...(DATA_FOLDERS[process.platform] ?? ['.local', 'share']), NAME);
}
