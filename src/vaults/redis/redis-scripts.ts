import { hash } from 'node:crypto';
import { FINAL_REASONS } from '../vault';

/** A Lua script, and the digest that a server which has seen it knows it by. */
export interface Script {
  readonly lua: string;
  readonly sha1: string;
}

/*
 * One hash per record, KEYS[1]: kind, version, data, dead, note, interrupted, and the lease as owner, until and
 * leasedAt, the version whose tokens it is for. A consumed sign-in has the consumer's name as owner. Every answer is a list of strings and nulls. Redis runs a script as a whole
 * and its clock stands still during the script.
 */

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function at(ms) return string.format('%.0f', ms) end
`;

/** What a caller sees of a record: version, data, dead, note. */
const RECORD = `
local kind, version, data, dead, note = unpack(redis.call('HMGET', KEYS[1], 'kind', 'version', 'data', 'dead', 'note'))
if kind ~= 'grant' then return {'missing'} end
`;

/** Ends the script unless ARGV[1] has a running lease. */
const OWNED = `${NOW}
local owner, till = unpack(redis.call('HMGET', KEYS[1], 'owner', 'until'))
if owner ~= ARGV[1] or tonumber(till) <= now then return {'stranger'} end
`;

/** ARGV: kind, data, ttlMs. An equal record counts as created, unless it is a sign-in that was consumed. */
export const CREATE = script(`
if redis.call('EXISTS', KEYS[1]) == 1 then
  local kind, version, data, dead, owner =
    unpack(redis.call('HMGET', KEYS[1], 'kind', 'version', 'data', 'dead', 'owner'))
  local isEqual = kind == ARGV[1] and version == '1' and data == ARGV[2] and not dead
  return {(isEqual and not (kind == 'sign-in' and owner)) and 'created' or 'taken'}
end
redis.call('HSET', KEYS[1], 'kind', ARGV[1], 'version', '1', 'data', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {'created'}
`);

/** No ARGV. Answers the kind of the outcome, version, data, dead and note. */
export const READ = script(`${RECORD}
return {'found', version, data, dead, note}
`);

/** What READ reads, for clients that read a hash without a script. */
export const READ_FIELDS = ['kind', 'version', 'data', 'dead', 'note'] as const;

/** ARGV: version, owner, leaseMs. */
export const ACQUIRE = script(`${NOW}${RECORD}
if version ~= ARGV[1] or dead then return {'changed', version, data, dead, note} end
local owner, till, leasedAt, interrupted =
  unpack(redis.call('HMGET', KEYS[1], 'owner', 'until', 'leasedAt', 'interrupted'))
local running = owner and tonumber(till) > now
if running and owner ~= ARGV[2] then return {'busy', version, data, dead, note} end
if owner and not running and leasedAt == version then interrupted = '1' end
redis.call('HSET', KEYS[1], 'owner', ARGV[2], 'until', at(now + ARGV[3]), 'leasedAt', version)
if interrupted then redis.call('HSET', KEYS[1], 'interrupted', '1') end
return {'leased', version, data, dead, note, interrupted}
`);

/** ARGV: owner, leaseMs. */
export const RENEW = script(`${OWNED}
redis.call('HSET', KEYS[1], 'until', at(now + ARGV[2]))
return {'renewed'}
`);

/** ARGV: owner, '1' when interrupted, and the note unless it stays. */
export const RELEASE = script(`${OWNED}
local version, leasedAt = unpack(redis.call('HMGET', KEYS[1], 'version', 'leasedAt'))
redis.call('HDEL', KEYS[1], 'owner', 'until', 'leasedAt')
if leasedAt ~= version then return {'released'} end
if ARGV[2] == '1' then redis.call('HSET', KEYS[1], 'interrupted', '1') end
if ARGV[3] then redis.call('HSET', KEYS[1], 'note', ARGV[3]) end
return {'released'}
`);

/** ARGV: version, data, ttlMs, '1' for the same tokens, and the owner where there is one. */
export const COMMIT = script(`${RECORD}
local same = ARGV[4] == '1'
if version == string.format('%d', ARGV[1] + 1) and data == ARGV[2] and not dead then return {'committed'} end
local isFinal = ${FINAL_REASONS.map((reason) => `dead == '${reason}'`).join(' or ')}
if version ~= ARGV[1] or isFinal or (same and dead) then return {'superseded'} end
local newer = string.format('%d', version + 1)
redis.call('HSET', KEYS[1], 'version', newer, 'data', ARGV[2])
local owner, leasedAt = unpack(redis.call('HMGET', KEYS[1], 'owner', 'leasedAt'))
if same then
  if leasedAt == version then redis.call('HSET', KEYS[1], 'leasedAt', newer) end
else
  redis.call('HDEL', KEYS[1], 'dead', 'note', 'interrupted')
  if owner and owner == ARGV[5] then redis.call('HDEL', KEYS[1], 'owner', 'until', 'leasedAt') end
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {'committed'}
`);

/** ARGV: version, reason, the data that is kept, and for how long at most, in milliseconds. */
export const MARK_DEAD = script(`${RECORD}
if version ~= ARGV[1] or (dead and dead ~= ARGV[2]) then return {'changed'} end
if not dead then redis.call('HSET', KEYS[1], 'dead', ARGV[2], 'data', ARGV[3]) end
if redis.call('PTTL', KEYS[1]) > tonumber(ARGV[4]) then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
return {'dead'}
`);

/** No ARGV. */
export const DELETE = script(`${RECORD}
redis.call('DEL', KEYS[1])
return {'done'}
`);

/** ARGV: owner, and for how long the data stays readable for it, in milliseconds. */
export const CONSUME = script(`
local kind, data, owner = unpack(redis.call('HMGET', KEYS[1], 'kind', 'data', 'owner'))
if kind ~= 'sign-in' or (owner and owner ~= ARGV[1]) then return {'missing'} end
if not owner then
  redis.call('HSET', KEYS[1], 'owner', ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return {'consumed', data}
`);

/** The digest is made when it is first asked for: most apps that load this module have no vault in Redis. */
function script(lua: string): Script {
  let sha1: string | undefined;
  return {
    lua,
    get sha1() {
      return (sha1 ??= hash('sha1', lua));
    },
  };
}
