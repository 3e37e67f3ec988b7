export { startEmulator } from './start-emulator';
export { knownFaults } from './faults/known-faults';
export type { Emulator, EmulatorStrategyOptions, StrategyChoice } from './emulator';
export type { EmulatorOptions, InstanceUrlShape, ListDialect, Refusal } from './options';
export type { EmulatorClock } from './clock';
export type { Service } from './addressing';
export type { Endpoint } from './request-log/endpoints';
export type { RecordedRequest, RequestLog } from './request-log/request-log';
export type { BreakPoint, Fault, FaultHandle } from './faults/fault';
export type { TokenFilter } from './tokens/token-store';
export type {
  BusinessUnit,
  ClientSecret,
  InstalledPackage,
  MenuApp,
  PackageKind,
  PackageSettings,
  Tenant,
  TimeZone,
  User,
} from './world/model';
export type { Account, NewPackage, NewTenant, NewUser, World } from './world/world';
