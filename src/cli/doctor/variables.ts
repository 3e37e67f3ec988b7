import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { CommandLineError } from '../command-line-error';

/** The variables that the doctor checks. `MC_BASE_URL_TEMPLATE` is the option `baseUrlTemplate`, for the emulator. */
export const VARIABLES = [
  'MC_SUBDOMAIN',
  'MC_CLIENT_ID',
  'MC_CLIENT_SECRET',
  'MC_CALLBACK_URL',
  'MC_SCOPE',
  'MC_BASE_URL_TEMPLATE',
  'SESSION_SECRET',
  'ENCRYPTION_KEY',
  'REDIS_URL',
  'DATABASE_URL',
  'PORT',
] as const;

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment with the variables of a file, as `node --env-file` reads it: a variable that is in the environment
 * already wins.
 *
 * @throws CommandLineError when the file cannot be read
 */
export function readEnvironment(env: Environment, file: string | undefined): Environment {
  if (file === undefined) return env;
  return { ...parseEnv(readFile(file)), ...env };
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = Object(error) as { code?: unknown };
    throw new CommandLineError(`${file} cannot be read (${String(code)}); give the path of a file to --env`);
  }
}
