export { PostgresVault } from './grants/postgres-vault';
export type { PostgresPool, PostgresVaultOptions } from './grants/postgres-vault';
