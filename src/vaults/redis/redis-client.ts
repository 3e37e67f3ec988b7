import type { Script } from './redis-scripts';
import { callbackClient } from '../store-failure';

/** The part of a client of node-redis (the package `redis`, 4 or later) that we use; a cluster or a pool has it too. */
export interface NodeRedisClient {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** The part of a client of ioredis (5 or later) that we use; a cluster has it too. */
export interface IoRedisClient {
  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>;
  evalsha(sha1: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>;
}

/** An app's own connection to Redis. Connecting and closing it is the app's business. */
export type RedisClient = NodeRedisClient | IoRedisClient;

/** Runs a script on one key. Resolves to its answer, a list of strings and nulls. */
export type RunScript = (script: Script, key: string, args: readonly string[]) => Promise<(string | undefined)[]>;

/** Whether a client answers by callbacks: node-redis in legacy mode, its `legacy()`, or its release 3. */
export function answersByCallbacks(client: unknown): boolean {
  const { options, internal_send_command, evalSha, sendCommand, multi, connect } = Object(client) as {
    readonly [member: string]: unknown;
  };
  const isLegacy = [evalSha, sendCommand, multi].every((member) => typeof member === 'function');
  const { legacyMode } = Object(options) as { legacyMode?: unknown };
  return legacyMode === true || typeof internal_send_command === 'function' || (isLegacy && connect === undefined);
}

/** How this client runs scripts, or undefined when it is none that we know. */
export function scriptRunner(client: unknown): RunScript | undefined {
  if (typeof client !== 'object' || client === null) return undefined;
  const known = client as Partial<NodeRedisClient & IoRedisClient>;
  if (typeof known.eval !== 'function') return undefined;
  if (typeof known.evalSha === 'function') return overNodeRedis(client as NodeRedisClient);
  if (typeof known.evalsha === 'function') return overIoRedis(client as IoRedisClient);
  return undefined;
}

function overNodeRedis(client: NodeRedisClient): RunScript {
  return (script, key, args) => {
    const options = { keys: [key], arguments: [...args] };
    return answerTo(
      () => client.evalSha(script.sha1, options),
      () => client.eval(script.lua, options),
    );
  };
}

function overIoRedis(client: IoRedisClient): RunScript {
  return (script, key, args) =>
    answerTo(
      () => client.evalsha(script.sha1, 1, key, ...args),
      () => client.eval(script.lua, 1, key, ...args),
    );
}

/** Sends a script's digest, and the script itself where the server does not know it (yet, or after a restart). */
async function answerTo(short: () => Promise<unknown>, whole: () => Promise<unknown>): Promise<(string | undefined)[]> {
  let answer: unknown;
  try {
    answer = await promised(short());
  } catch (error) {
    if (!isUnknownScript(error)) throw error;
    answer = await promised(whole());
  }
  if (!Array.isArray(answer)) throw new Error('Unexpected reply from Redis.');
  return answer.map(toText);
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
