import type { StrategyOptions } from '../passport/options';
import { settle } from '../passport/settings';
import { OptionError } from '../strict-options';

/** The variables that have to be set, and the option that each of them gives. */
const REQUIRED = { MC_SUBDOMAIN: 'subdomain', MC_CLIENT_ID: 'clientID', MC_CALLBACK_URL: 'callbackURL' } as const;
/** The variables that may be left out. */
const OPTIONAL = { MC_SCOPE: 'scope', MC_BASE_URL_TEMPLATE: 'baseUrlTemplate' } as const;
/** The variables that may be left out, but not be empty: one that is set by mistake to nothing would weaken the app. */
const NEVER_EMPTY = { MC_CLIENT_SECRET: 'clientSecret', ENCRYPTION_KEY: 'encryptionKey' } as const;

const WITHOUT_IT = {
  MC_CLIENT_SECRET: 'Set it to the client secret; unset it if the API integration is a public app',
  ENCRYPTION_KEY: 'Set it to 32 characters or more, as from: openssl rand -base64 32. Unset it to store plain text',
} as const;

const VARIABLES: ReadonlyMap<string, string> = new Map(
  Object.entries({ ...REQUIRED, ...OPTIONAL, ...NEVER_EMPTY }).map(([variable, option]) => [option, variable]),
);

/**
 * Reads a strategy's options from environment variables:
 *
 * | Variable | Option |
 * | --- | --- |
 * | `MC_SUBDOMAIN` | `subdomain`, required |
 * | `MC_CLIENT_ID` | `clientID`, required |
 * | `MC_CLIENT_SECRET` | `clientSecret`; not set for a public app |
 * | `MC_CALLBACK_URL` | `callbackURL`, required |
 * | `MC_SCOPE` | `scope`, separated by spaces |
 * | `ENCRYPTION_KEY` | `encryptionKey` |
 * | `MC_BASE_URL_TEMPLATE` | `baseUrlTemplate`, for an emulator |
 *
 * White space around a value is ignored, and an empty value counts as not set, except that an empty `MC_CLIENT_SECRET` or
 * `ENCRYPTION_KEY` is a mistake. Files are not read: `process.loadEnvFile()` does that.
 *
 * @param env the variables, as in `process.env`
 * @throws TypeError for a missing or malformed variable. The message has the variable's name and the fix, and no value
 * but a pasted subdomain
 *
 * @example
 * const strategy = new Strategy({ ...optionsFromEnvironment(), vault });
 */
export function optionsFromEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): StrategyOptions {
  if (typeof env !== 'object' || (env as object | null) === null) {
    throw new TypeError('optionsFromEnvironment(env) needs an object of variables, as process.env is.');
  }
  const get = (name: string): string | undefined => {
    const value = Object.hasOwn(env, name) ? env[name]?.trim() : undefined;
    return value === '' ? undefined : value;
  };
  const missing = Object.keys(REQUIRED).filter((name) => get(name) === undefined);
  if (missing.length > 0) throw missingError(missing);
  const optional = Object.entries(OPTIONAL).filter(([name]) => get(name) !== undefined);
  const options = {
    ...toOptions(Object.entries(REQUIRED), get),
    ...toOptions(optional, get),
    ...toOptions(getSecrets(env, get), get),
  } as unknown as StrategyOptions;
  try {
    settle(options, false);
  } catch (error) {
    throw error instanceof OptionError ? error.renamed(VARIABLES) : error;
  }
  return options;
}

type Entries = readonly (readonly [variable: string, option: string])[];

function toOptions(entries: Entries, get: (name: string) => string | undefined): Record<string, string | undefined> {
  return Object.fromEntries(entries.map(([variable, option]) => [option, get(variable)]));
}

/** @throws TypeError for a variable that is set but empty */
function getSecrets(
  env: Readonly<Record<string, string | undefined>>,
  get: (name: string) => string | undefined,
): Entries {
  const names = Object.keys(NEVER_EMPTY) as (keyof typeof NEVER_EMPTY)[];
  const present = names.filter((name) => Object.hasOwn(env, name) && env[name] !== undefined);
  const empty = present.find((name) => get(name) === undefined);
  if (empty !== undefined) throw new TypeError(`${empty} is empty. ${WITHOUT_IT[empty]}.`);
  return present.map((name) => [name, NEVER_EMPTY[name]]);
}

function missingError(missing: readonly string[]): TypeError {
  const names =
    missing.length === 1 ? missing.join() : `${missing.slice(0, -1).join(', ')} and ${missing.at(-1) ?? ''}`;
  return new TypeError(
    `${names} ${missing.length === 1 ? 'is' : 'are'} not set. The values are in Setup, Installed Packages, on the API ` +
      'integration; MC_CALLBACK_URL is its redirect URL, such as https://127.0.0.1:3000/auth/callback.',
  );
}
