import { MarketingCloudError } from '../errors';
import { isWatched, publish, type MarketingCloudEvents } from './events';

type TokenCallEvent = MarketingCloudEvents['passport-marketing-cloud:token-call'];

/** Makes a call to the token endpoint and publishes how it ended. */
export async function watchTokenCall<T>(
  call: Pick<TokenCallEvent, 'strategy' | 'subdomain' | 'purpose'>,
  run: () => Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  try {
    const tokens = await run();
    if (isWatched('token-call')) publishTokenCall(call, startedAt);
    return tokens;
  } catch (error) {
    if (error instanceof MarketingCloudError) publishTokenCall(call, startedAt, error);
    throw error;
  }
}

function publishTokenCall(
  { strategy, subdomain, purpose }: Pick<TokenCallEvent, 'strategy' | 'subdomain' | 'purpose'>,
  startedAt: number,
  error?: MarketingCloudError,
): void {
  const durationMs = performance.now() - startedAt;
  publish('token-call', () => ({
    ...{ strategy, subdomain, purpose, durationMs },
    ...{ code: error?.code, responseStatus: error?.response?.status },
  }));
}
