export { RedisVault } from './grants/redis-vault';
export type { RedisVaultOptions } from './grants/redis-vault';
export type { IoRedisClient, NodeRedisClient, RedisClient } from './grants/redis-client';
