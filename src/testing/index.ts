export { vaultContract } from './vault-contract';
export type { TestRunner, VaultContractOptions } from './vault-contract';
export { signIn } from './sign-in';
export type { Agent, SignInOptions } from './sign-in';
