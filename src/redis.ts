export { RedisVault } from './vaults/redis/redis-vault';
export type { RedisVaultOptions } from './vaults/redis/redis-vault';
export type { IoRedisClient, NodeRedisClient, RedisClient } from './vaults/redis/redis-client';
