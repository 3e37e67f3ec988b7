import { bareCause } from '../bare-cause';
import { MarketingCloudError } from '../errors';

/** What is wrong, and what to do. */
type Explanation = readonly [message: string, hint: string];

/** Seconds: an outage is often over soon, and a try is cheap. */
const RETRY_AFTER = 1;

const NOT_CONNECTED: Explanation = [
  'The Redis client is not connected: it was never connected, or has been closed.',
  'With node-redis await client.connect() before the app listens; close the client after strategy.close().',
];
const UNREACHABLE: Explanation = [
  'The server of the store that keeps grants cannot be reached.',
  'Check that Redis or PostgreSQL runs, and the address that its client was given.',
];
const LOGIN_REFUSED: Explanation = [
  'The store that keeps grants refuses the login of its client.',
  'Check the user and the password that the Redis client or the pool was given.',
];
const FORBIDDEN: Explanation = [
  'The store that keeps grants does not allow its client what a vault does.',
  'Redis: allow scripts and reads of hashes (EVAL, EVALSHA, HMGET) on the keys of option prefix. PostgreSQL: grant SELECT, INSERT, UPDATE and DELETE on the table.',
];
const READ_ONLY: Explanation = [
  'The store that keeps grants is read-only.',
  'The client is connected to a replica: give it the address of the primary.',
];
const STARTING: Explanation = ['The store that keeps grants is starting.', 'Wait until it is ready, then try again.'];
const FULL: Explanation = [
  'The store that keeps grants is full.',
  'Give it more memory or disk. Redis keeps grants safe with maxmemory-policy noeviction, and refuses writes at maxmemory.',
];
const CALLBACKS: Explanation = [
  'The Redis client answers by callbacks and not by promises.',
  'Give the vault a client without legacyMode (or client.v4), and not client.legacy().',
];
const FOREIGN_KEY: Explanation = [
  'A key of the vault holds something else in Redis.',
  'Give the vault a prefix of its own: option prefix of RedisVault.',
];

/** By what `bareCause` keeps of an error: Node's codes, SQLSTATE, Redis's first word, or the error's name. */
const BY_WORD: ReadonlyMap<string, Explanation> = new Map([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE']
    .concat(['MaxRetriesPerRequestError', 'ClusterAllFailedError', '08001', '08006', '57P01', 'CLUSTERDOWN'])
    .map((word) => [word, UNREACHABLE] as const),
  ...['NOAUTH', 'WRONGPASS', '28P01', '28000'].map((word) => [word, LOGIN_REFUSED] as const),
  ...['NOPERM', '42501'].map((word) => [word, FORBIDDEN] as const),
  ...['READONLY', '25006'].map((word) => [word, READ_ONLY] as const),
  ...['LOADING', '57P03'].map((word) => [word, STARTING] as const),
  ...['OOM', 'MISCONF', '53100', '53200'].map((word) => [word, FULL] as const),
  ['WRONGTYPE', FOREIGN_KEY],
]);

/** What the clients say of themselves, word for word: they give these errors no code. */
const BY_MESSAGE: ReadonlyMap<string, Explanation> = new Map([
  ['The client is closed', NOT_CONNECTED],
  ['The client is offline', NOT_CONNECTED],
  ['Connection is closed.', NOT_CONNECTED],
  ["Stream isn't writeable and enableOfflineQueue options is false", NOT_CONNECTED],
  [
    'Cannot use a pool after calling end on the pool',
    ['The PostgreSQL pool has been ended.', 'End the pool after strategy.close(), and do not use it again.'],
  ],
]);

/** A Redis client that gives no promise. */
export function callbackClient(): MarketingCloudError {
  return explained(CALLBACKS, undefined);
}

/** Converts an error of a vault or a session store to `vault_unavailable`, with the cause and the fix where they are known. */
export function storeFailure(error: unknown): MarketingCloudError {
  const cause = bareCause(error);
  const { message } = Object(error) as { message?: unknown };
  return explained(BY_WORD.get(cause.message) ?? BY_MESSAGE.get(String(message)), cause);
}

/** A vault or a session store that did not answer in time. */
export function storeSilence(timeoutMs: number): MarketingCloudError {
  return explained(
    [
      `The store that keeps grants did not answer within ${timeoutMs} ms.`,
      'Check that its server runs and can be reached: a Redis client that is not connected yet keeps commands waiting.',
    ],
    undefined,
  );
}

function explained(explanation: Explanation | undefined, cause: unknown): MarketingCloudError {
  return new MarketingCloudError('vault_unavailable', {
    retryAfter: RETRY_AFTER,
    ...(explanation !== undefined && { message: explanation[0], hint: explanation[1] }),
    cause,
  });
}
