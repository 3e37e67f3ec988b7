import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

const NAME = 'passport-marketing-cloud';

/**
 * The folder for files that this user's programs keep: `%LOCALAPPDATA%` on Windows, else `$XDG_DATA_HOME`, else what the
 * system has for it.
 *
 * @throws Error if the user has no home directory
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function getUserDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (process.platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), NAME);
  const dataHome = env['XDG_DATA_HOME'];
  // The specification ignores relative paths.
  if (dataHome !== undefined && isAbsolute(dataHome)) return join(dataHome, NAME);
  const data = process.platform === 'darwin' ? ['Library', 'Application Support'] : ['.local', 'share'];
  return join(homedir(), ...data, NAME);
}
