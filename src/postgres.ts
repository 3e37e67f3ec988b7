export { PostgresVault } from './vaults/postgres/postgres-vault';
export type { PostgresPool, PostgresVaultOptions } from './vaults/postgres/postgres-vault';
