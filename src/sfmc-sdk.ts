export { sdkFor } from './api/sfmc-sdk';
export type { SdkClass, SdkOptions } from './api/sfmc-sdk';
