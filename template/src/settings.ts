/** The variables that name a tenant. Other programs, too, have variables that begin with MC_. */
const TENANT = [
  'MC_SUBDOMAIN',
  'MC_CLIENT_ID',
  'MC_CLIENT_SECRET',
  'MC_CALLBACK_URL',
  'MC_SCOPE',
  'MC_BASE_URL_TEMPLATE',
];

/** Whether any variable names a tenant: then `optionsFromEnvironment()` says which are missing. */
export function hasTenant(): boolean {
  return TENANT.some((name) => getVariable(name) !== undefined);
}

/** A variable without white space around it. An empty one counts as not set. */
export function getVariable(name: string): string | undefined {
  return process.env[name]?.trim() || undefined;
}

/** The port that PORT names. Undefined where it is not set. */
export function getPort(): number | undefined {
  const text = getVariable('PORT');
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new Error('PORT must be a number from 1 to 65535. Correct it, or unset it.');
}

/** The URL of Redis, which may contain a password. Undefined where it is not set. */
export function getRedisUrl(): string | undefined {
  const text = getVariable('REDIS_URL');
  if (text === undefined || (/^rediss?:\/\//.test(text) && URL.canParse(text))) return text;
  throw new Error('REDIS_URL must be a URL such as redis://127.0.0.1:6379. Correct it, or unset it.');
}
