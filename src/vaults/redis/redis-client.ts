import type { Script } from './redis-scripts';
import { callbackClient } from '../store-failure';

/**
 * The part of a client of node-redis (the package `redis`, 4 or later) that the vault uses; a cluster or a pool has it too.
 *
 * @example
 * const client: NodeRedisClient = createClient({ url: process.env.REDIS_URL }); // import { createClient } from 'redis'
 */
export interface NodeRedisClient {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/**
 * The part of a client of ioredis (5 or later) that the vault uses; a cluster has it too.
 *
 * @example
 * const client: IoRedisClient = new Redis(process.env.REDIS_URL); // import { Redis } from 'ioredis'
 */
export interface IoRedisClient {
  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>;
  evalsha(sha1: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>;
}

/**
 * A client of the app. The app connects and closes it.
 *
 * @example
 * const toVault = (client: RedisClient) => new RedisVault({ client });
 */
export type RedisClient = NodeRedisClient | IoRedisClient;

/** What a vault asks of a Redis client. Answers are lists; a part that is not a text is undefined. */
export interface RedisCommands {
  /** Runs a script on one key. */
  run(script: Script, key: string, args: readonly string[]): Promise<(string | undefined)[]>;
  /**
   * Reads fields of a hash. Left out for clients that may ask a replica, which may answer with what was there before: of a
   * cluster, of a sentinel or of another class than the two packages' own.
   */
  readonly readFields?: (key: string, fields: readonly string[]) => Promise<(string | undefined)[]>;
}

/** Whether a client answers by callbacks: node-redis in legacy mode, its `legacy()`, or its release 3. */
export function answersByCallbacks(client: unknown): boolean {
  const { options, internal_send_command, evalSha, sendCommand, multi, connect } = Object(client) as {
    readonly [member: string]: unknown;
  };
  const isLegacy = [evalSha, sendCommand, multi].every((member) => typeof member === 'function');
  const { legacyMode } = Object(options) as { legacyMode?: unknown };
  return legacyMode === true || typeof internal_send_command === 'function' || (isLegacy && connect === undefined);
}

/** The commands of a client; undefined when it is not a Redis client. */
export function toRedisCommands(client: unknown): RedisCommands | undefined {
  if (typeof client !== 'object' || client === null) return undefined;
  const known = client as Partial<NodeRedisClient & IoRedisClient>;
  if (typeof known.eval !== 'function') return undefined;
  if (typeof known.evalSha === 'function') return overNodeRedis(client as NodeRedisClient);
  if (typeof known.evalsha === 'function') return overIoRedis(client as IoRedisClient);
  return undefined;
}

function overNodeRedis(client: NodeRedisClient): RedisCommands {
  const { hmGet } = client as { hmGet?: unknown };
  const untimed = toUntimed(client);
  // Only the client of one server has a legacy mode: `legacy()`, and `v4` in release 4.
  const isOneServer = typeof Reflect.get(client, 'legacy') === 'function' || 'v4' in client;
  return {
    run: (script, key, args) => {
      const options = { keys: [key], arguments: [...args] };
      return runScript(
        () => client.evalSha(script.sha1, options),
        () => client.eval(script.lua, options),
      );
    },
    ...(isOneServer &&
      typeof hmGet === 'function' && {
        readFields: (key, fields) =>
          toTexts(Reflect.apply(hmGet, isReady(client) ? untimed : client, [key, [...fields]])),
      }),
  };
}

/**
 * The client without its own timeout of a command that has not been sent yet, an `AbortSignal` with a timer for each command.
 * A client that is ready sends at once, and a vault's calls have their own deadline.
 */
function toUntimed(client: NodeRedisClient): unknown {
  const { withCommandOptions } = client as { withCommandOptions?: unknown };
  if (typeof withCommandOptions !== 'function') return client;
  return Reflect.apply(withCommandOptions, client, [{ timeout: 0 }]);
}

function isReady(client: NodeRedisClient): boolean {
  return (client as { isReady?: unknown }).isReady === true;
}

function overIoRedis(client: IoRedisClient): RedisCommands {
  const hmget: unknown = Reflect.get(client, 'hmget');
  const isOneServer = Reflect.get(client, 'isCluster') === false;
  return {
    run: (script, key, args) =>
      runScript(
        () => client.evalsha(script.sha1, 1, key, ...args),
        () => client.eval(script.lua, 1, key, ...args),
      ),
    ...(isOneServer &&
      typeof hmget === 'function' && {
        readFields: (key, fields) => toTexts(Reflect.apply(hmget, client, [key, ...fields])),
      }),
  };
}

/** Sends a script's digest, and the script itself where the server does not know it (yet, or after a restart). */
async function runScript(
  byDigest: () => Promise<unknown>,
  byText: () => Promise<unknown>,
): Promise<(string | undefined)[]> {
  try {
    return await toTexts(byDigest());
  } catch (error) {
    if (!isUnknownScript(error)) throw error;
    return await toTexts(byText());
  }
}

/** @throws MarketingCloudError `vault_unavailable` when the client does not answer by a promise */
async function toTexts(answer: unknown): Promise<(string | undefined)[]> {
  const parts = await promised(answer);
  if (!Array.isArray(parts)) throw new Error('Unexpected reply from Redis.');
  return parts.map(toText);
}

/** By shape: promises of another realm or library count. */
function promised(answer: unknown): unknown {
  if (typeof (Object(answer) as { then?: unknown }).then !== 'function') throw callbackClient();
  return answer;
}

/** By shape: the error's class belongs to the client. */
function isUnknownScript(error: unknown): boolean {
  const { message } = Object(error) as { message?: unknown };
  return typeof message === 'string' && message.startsWith('NOSCRIPT');
}

/** A client may be set to give buffers. */
function toText(part: unknown): string | undefined {
  if (typeof part === 'string') return part;
  return Buffer.isBuffer(part) ? part.toString() : undefined;
}
