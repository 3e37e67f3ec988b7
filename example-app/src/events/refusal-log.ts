import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { MarketingCloudEvents } from 'passport-marketing-cloud';

const CHANNEL = 'passport-marketing-cloud:sign-in-refused';

/**
 * Writes a line to the log for each refused sign-in, on the login route and the callback route: no code of a route is
 * needed for it. Those that end as errors reach the app's error handler, which logs them. Returns a function that ends it.
 */
export function logRefusedSignIns(strategyName: string, report: (text: string) => void): () => void {
  const log = (message: unknown): void => {
    const { strategy, outcome, code, reason, docs } = message as MarketingCloudEvents[typeof CHANNEL];
    if (strategy !== strategyName || outcome !== 'fail') return;
    report(`Sign-in refused: ${code}${reason === undefined ? '' : ` (${reason})`}. See ${docs}`);
  };
  subscribe(CHANNEL, log);
  return () => void unsubscribe(CHANNEL, log);
}
