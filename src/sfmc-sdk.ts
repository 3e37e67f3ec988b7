export { sdkFor } from './api/sfmc-sdk/sdk-for';
export type { SdkClass, SdkOptions } from './api/sfmc-sdk/sdk-for';
