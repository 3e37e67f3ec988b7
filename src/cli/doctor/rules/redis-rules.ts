import { isLoopback } from '../../../tenant';
import type { Facts } from '../facts';
import { failed, passed, skipped, warned, type Finding } from '../finding';
import { PAGES } from '../pages';
import type { RedisAnswer } from '../probes/redis-probe';
import type { Rule } from '../rule';
import { parseStoreUrl, REDIS_PROTOCOLS } from '../store-url';

const MIN_MAJOR = 5;
const NOT_SET = 'REDIS_URL is not set.';

export const redisRules: readonly Rule[] = [
  { id: 'redis-url', subject: 'Redis', title: 'REDIS_URL is a URL', docs: PAGES.redisClients, check: checkUrl },
  {
    id: 'redis-connection',
    subject: 'Redis',
    title: 'The app can connect to Redis',
    docs: PAGES.redisClients,
    check: checkConnection,
  },
  {
    id: 'redis-version',
    subject: 'Redis',
    title: 'Redis is 5 or later',
    docs: PAGES.redisReleases,
    check: withInfo(checkVersion),
  },
  {
    id: 'redis-eviction',
    subject: 'Redis',
    title: 'Redis evicts nothing',
    docs: PAGES.redisEviction,
    check: withInfo(checkEviction),
  },
  {
    id: 'redis-persistence',
    subject: 'Redis',
    title: 'Redis keeps its data over a restart',
    docs: PAGES.redisPersistence,
    check: withInfo(checkPersistence),
  },
];

function checkUrl({ get }: Facts): Finding {
  const given = get('REDIS_URL');
  if (given === undefined)
    return skipped(NOT_SET, 'For several processes, set it, or DATABASE_URL, and use that vault.');
  const url = parseStoreUrl(given, REDIS_PROTOCOLS);
  if (url === undefined) {
    return failed(
      'REDIS_URL is not a redis: or rediss: URL.',
      'Set it as redis://user:PASSWORD@host:6379, with special characters of the password as %40 and the like.',
    );
  }
  if (url.protocol === 'rediss:' || url.hostname === '' || isLoopback(url)) return passed(url.host);
  return warned(
    `The way to ${url.host} is not encrypted: tokens and the password can be read on it.`,
    'Use rediss:// where the network is not your own.',
    PAGES.redisSecurity,
  );
}

async function checkConnection({ probes, get }: Facts): Promise<Finding> {
  const answer = await probes.redis();
  if (answer === undefined) return skipped(get('REDIS_URL') === undefined ? NOT_SET : 'REDIS_URL cannot be read.');
  const { client, failure, info } = answer;
  if (client === undefined) {
    return skipped(
      'Neither redis nor ioredis is installed in this folder.',
      "Run the doctor in the app's folder, or: npm install redis",
    );
  }
  const host = parseStoreUrl(get('REDIS_URL'), REDIS_PROTOCOLS)?.host ?? 'Redis';
  if (failure !== undefined) return failed(`${host} ${failure.what}.`, failure.fix);
  if (info.get('role') === 'slave') {
    return failed(
      `${host} is a replica, which accepts no writes.`,
      'Set REDIS_URL to the primary, or connect through Sentinel.',
    );
  }
  return passed(`${host}, through ${client}`);
}

function withInfo(check: (answer: RedisAnswer) => Finding): (facts: Facts) => Promise<Finding> {
  return async ({ probes, get }) => {
    const answer = await probes.redis();
    if (get('REDIS_URL') === undefined) return skipped(NOT_SET);
    return answer === undefined || answer.info.size === 0 ? skipped('Redis has not answered.') : check(answer);
  };
}

function checkVersion({ info }: RedisAnswer): Finding {
  const version = info.get('redis_version') ?? '';
  if (!/^\d{1,4}\.[\d.]{1,20}$/.test(version)) return skipped('Redis does not report its version.');
  return Number(version.split('.', 1)[0]) >= MIN_MAJOR
    ? passed(version)
    : failed(`Redis ${version} is too old: scripts of RedisVault need ${MIN_MAJOR}.0.`, 'Upgrade Redis.');
}

function checkEviction({ info }: RedisAnswer): Finding {
  const policy = info.get('maxmemory_policy') ?? '';
  if (!/^[a-z-]{1,30}$/.test(policy)) {
    return skipped(
      'Redis does not report its eviction policy.',
      'Set maxmemory-policy noeviction in the console of your provider.',
    );
  }
  if (policy === 'noeviction') return passed('maxmemory-policy noeviction');
  const fix =
    'Set maxmemory-policy noeviction in redis.conf, or: redis-cli CONFIG SET maxmemory-policy noeviction. If a cache shares this Redis, give grants one of their own.';
  return info.get('maxmemory') === '0'
    ? warned(
        `maxmemory-policy is ${policy}. Without maxmemory nothing is evicted yet; with it, users are signed out.`,
        fix,
      )
    : failed(
        `maxmemory-policy is ${policy}: when memory is short, Redis drops grants, and each is a user who has to sign in again.`,
        fix,
      );
}

function checkPersistence({ info, save }: RedisAnswer): Finding {
  const fix = 'Set appendonly yes in redis.conf, or: redis-cli CONFIG SET appendonly yes.';
  if (info.get('rdb_last_bgsave_status') === 'err' || info.get('aof_last_write_status') === 'err') {
    return failed(
      'The last write to disk has failed; Redis then refuses writes.',
      'Look at the log of Redis: disk full, or folder not writable.',
    );
  }
  if (info.get('aof_enabled') === '1') return passed('append-only file');
  if (save === undefined) return skipped('Redis does not report when it saves.', `Check with your provider. ${fix}`);
  return save === ''
    ? warned('Redis writes nothing to disk: after a restart all users are signed out.', fix)
    : warned('It writes snapshots only: after a crash the newest tokens are lost, and their users sign in again.', fix);
}
