import { bareCause, MarketingCloudError } from '../errors';

/**
 * What a vault or a session store answers, or `vault_unavailable`: whatever it throws, and no answer within
 * `timeoutMs`, means the same to a caller.
 *
 * @throws MarketingCloudError `vault_unavailable`
 */
export async function answerOf<T>(call: () => Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new MarketingCloudError('vault_unavailable')), timeoutMs);
  });
  try {
    return await Promise.race([Promise.resolve().then(call), late]);
  } catch (error) {
    if (error instanceof MarketingCloudError) throw error;
    throw new MarketingCloudError('vault_unavailable', { cause: bareCause(error) });
  } finally {
    clearTimeout(timer);
  }
}
