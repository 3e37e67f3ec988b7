import './express/augment';

export { Strategy, Strategy as MarketingCloudStrategy } from './passport/strategy';
export type { StrategyOptions } from './passport/options';
export type { DefaultUser, MarketingCloudUser, VerifyFunction, VerifyFunctionWithRequest } from './passport/types';
export { marketingCloud } from './express/marketing-cloud';
export { requireMarketingCloud } from './express/require-marketing-cloud';
export { appMenuSignOut, signOut } from './express/sign-out';
export { ApiError, MarketingCloudError } from './errors';
export type { ErrorCode } from './errors';
export { SessionStoreVault } from './vaults/session-store/session-store-vault';
export type { MarketingCloudEvents } from './grants/events';
export type { Vault } from './vaults/vault';
export type { MarketingCloud } from './api/connection';
export type { Credentials } from './api/credentials';
export type { RestClient } from './api/rest-client';
export type { Profile } from './protocol/userinfo';
