import { publish, toGrantEvent } from '../grants/events';
import type { GrantSnapshot } from '../grants/grant-snapshot';

/** A call to an API that was answered. */
interface AnsweredCall {
  readonly method: string;
  readonly url: string;
  readonly status: number;
}

/** Publishes a call that is made once more. */
export function publishRetry(
  strategy: string,
  snapshot: GrantSnapshot,
  { method, url, status }: AnsweredCall,
  repeat: { readonly attempt: number; readonly waitMs: number },
): void {
  publish('call-retried', () => ({
    ...toGrantEvent(strategy, snapshot),
    ...{ method, api: toApiName(url, snapshot), status },
    ...repeat,
  }));
}

/** Publishes a call that Marketing Cloud has refused for good. */
export function publishRefusedCall(
  strategy: string,
  snapshot: GrantSnapshot,
  { method, url, status }: AnsweredCall,
  errorcode?: number,
): void {
  publish('call-refused', () => ({
    ...toGrantEvent(strategy, snapshot),
    ...{ method, api: toApiName(url, snapshot), status, errorcode },
  }));
}

/** Such as `/asset/v1`: what every URL of one API begins with, and nothing of what comes after. */
function toApiName(url: string, { tenant }: GrantSnapshot): string {
  if (url.startsWith(`${tenant.soapBaseUrl}/`)) return 'soap';
  const [api] = /^\/[a-z]{1,20}\/v\d(?![^/?])/.exec(url.slice(tenant.restBaseUrl.length)) ?? [];
  return api ?? 'other';
}
