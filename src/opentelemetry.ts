export { instrumentMarketingCloud } from './opentelemetry/instrument';
export type { InstrumentationOptions } from './opentelemetry/instrument';
