import { withoutPrototype } from '../../own-properties';
import { answersByCallbacks, toRedisCommands, type RedisClient, type RedisCommands } from './redis-client';
import * as scripts from './redis-scripts';
import type { Script } from './redis-scripts';
import { badVaultOption, vaultOptions } from '../vault-options';
import { CONSUMED_MS, TOMBSTONE_MS } from '../vault';
import type { Acquired, Commit, Death, RecordKind, ReleaseInfo, Vault, VaultRecord } from '../vault';

/**
 * The options of a `RedisVault`.
 *
 * @example
 * const options: RedisVaultOptions = { client, prefix: 'my-app:grants:' };
 */
export interface RedisVaultOptions {
  /** A connected client of node-redis (the package `redis`, 4 or later) or ioredis (5 or later), or of their clusters. */
  readonly client: RedisClient;
  /**
   * Begins every key. On a cluster it should have no braces: what is in the first pair decides the slot, for all keys.
   *
   * @default 'mcg:'
   */
  readonly prefix?: string | undefined;
}

/**
 * Keeps grants in Redis 5 or later: one hash per record, one command or script per operation, so that each of them is
 * atomic across processes, on a cluster too. Durations run on Redis's own clock.
 *
 * Replication is asynchronous: a failover can lose the newest tokens, and then the user signs in again. Redis needs
 * `maxmemory-policy noeviction`: under any other policy it drops grants when memory is short, and each is a user who has
 * to sign in again. Sessions need a store that all processes share too.
 *
 * @example
 * const client = createClient({ url: process.env.REDIS_URL, disableOfflineQueue: true });
 * client.on('error', console.error);
 * await client.connect();
 * const strategy = new Strategy({ ...options, vault: new RedisVault({ client }) });
 */
export class RedisVault implements Vault {
  readonly #redis: RedisCommands;
  readonly #prefix: string;

  /** @throws TypeError that names the option and the fix */
  constructor(options: RedisVaultOptions) {
    if (toRedisCommands(options) !== undefined) {
      throw new TypeError('RedisVault was given the client itself: write new RedisVault({ client }).');
    }
    const option = vaultOptions('RedisVault', options, ['client', 'prefix']);
    const redis = toRedisCommands(option('client'));
    const prefix = option('prefix', 'mcg:');
    if (redis === undefined) {
      throw badVaultOption('RedisVault', 'client', 'must be a client of node-redis (createClient()) or ioredis');
    }
    if (typeof prefix !== 'string' || prefix === '') {
      throw badVaultOption('RedisVault', 'prefix', "must be a string that is not empty; left out, it is 'mcg:'");
    }
    if (answersByCallbacks(option('client'))) {
      throw badVaultOption(
        'RedisVault',
        'client',
        'must answer by promises: give a client of redis 4 or later without legacyMode (or client.v4), not client.legacy()',
      );
    }
    this.#redis = redis;
    this.#prefix = prefix;
  }

  async create(id: string, kind: RecordKind, data: string, ttlMs: number): Promise<void> {
    const [outcome] = await this.#ask(scripts.CREATE, id, kind, data, whole(ttlMs));
    if (outcome !== 'created') throw new Error('Another record with this id exists.');
  }

  async read(id: string): Promise<VaultRecord | undefined> {
    const { readFields } = this.#redis;
    if (readFields !== undefined) {
      const [kind, ...record] = await readFields(this.#key(id), scripts.READ_FIELDS);
      return kind === 'grant' ? toVaultRecord(record) : undefined;
    }
    const [outcome, ...record] = await this.#ask(scripts.READ, id);
    return outcome === 'found' ? toVaultRecord(record) : undefined;
  }

  async acquire(id: string, ask: { version: number; owner: string; leaseMs: number }): Promise<Acquired> {
    const version = String(ask.version);
    const [outcome, ...answer] = await this.#ask(scripts.ACQUIRE, id, version, ask.owner, whole(ask.leaseMs));
    if (outcome === 'leased') return { outcome, record: toVaultRecord(answer), interrupted: answer[4] !== undefined };
    return outcome === 'busy' || outcome === 'changed'
      ? { outcome, record: toVaultRecord(answer) }
      : { outcome: 'missing' };
  }

  async renew(id: string, owner: string, leaseMs: number): Promise<boolean> {
    const [outcome] = await this.#ask(scripts.RENEW, id, owner, whole(leaseMs));
    return outcome === 'renewed';
  }

  async release(id: string, owner: string, left: ReleaseInfo = {}): Promise<void> {
    const { note, interrupted } = withoutPrototype(left);
    const args = [interrupted === true ? '1' : '0', ...(note === undefined ? [] : [note])];
    await this.#ask(scripts.RELEASE, id, owner, ...args);
  }

  async commit(id: string, change: Commit): Promise<'committed' | 'superseded' | 'missing'> {
    const { version, data, ttlMs, owner, sameTokens } = withoutPrototype(change);
    const args = [String(version), data, whole(ttlMs), sameTokens === true ? '1' : '0'];
    const [outcome] = await this.#ask(scripts.COMMIT, id, ...args, ...(owner === undefined ? [] : [owner]));
    return outcome === 'committed' || outcome === 'superseded' ? outcome : 'missing';
  }

  async markDead(id: string, death: Death): Promise<boolean> {
    const { version, reason, data = '' } = withoutPrototype(death);
    const args = [String(version), reason, data, whole(TOMBSTONE_MS)];
    const [outcome] = await this.#ask(scripts.MARK_DEAD, id, ...args);
    return outcome === 'dead';
  }

  async delete(id: string): Promise<void> {
    await this.#ask(scripts.DELETE, id);
  }

  async consume(id: string, owner: string): Promise<string | undefined> {
    const [outcome, data] = await this.#ask(scripts.CONSUME, id, owner, whole(CONSUMED_MS));
    return outcome === 'consumed' ? data : undefined;
  }

  #ask(script: Script, id: string, ...args: readonly string[]): Promise<(string | undefined)[]> {
    return this.#redis.run(script, this.#key(id), args);
  }

  /** The id is the key's hash tag: other keys about the record would be in its slot. */
  #key(id: string): string {
    return `${this.#prefix}{${id}}`;
  }
}

function toVaultRecord([version, data, dead, note]: readonly (string | undefined)[]): VaultRecord {
  if (data === undefined) throw new Error('Unexpected reply from Redis: a record without data.');
  return {
    version: Number(version),
    data,
    ...(dead !== undefined && { dead }),
    ...(note !== undefined && { note }),
  };
}

/** Redis takes whole milliseconds. */
function whole(ms: number): string {
  return String(Math.ceil(ms));
}
