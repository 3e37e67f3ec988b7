import { MAX_WHOLE_BYTES } from '../../../http/call';
import type { Transport } from '../../../http/transport';
import { createSecret } from '../../../identifiers';
import { buildAuthorizationUrl } from '../../../protocol/authorization-request';
import { parseRequestedScope } from '../../../protocol/scopes';
import type { Tenant } from '../../../tenant';
import { getRedirectTarget } from './redirect-target';

/** What `/v2/authorize` answers to a browser that is not signed in; or the error of the call. */
export type AuthorizeAnswer =
  | { readonly error: unknown }
  | {
      readonly error?: undefined;
      readonly status: number;
      /** The target of a redirect. */
      readonly location: URL | undefined;
      readonly text: string;
      /** The server's `Date`, in milliseconds since the epoch. */
      readonly serverTime: number | undefined;
      /** This machine's time in the middle of the call. */
      readonly localTime: number;
    };

/** Asks for the login page, as a browser would that the app's login route has redirected. The redirect is not followed. */
export async function askAuthorize(ask: {
  readonly transport: Transport;
  readonly tenant: Tenant;
  readonly clientID: string;
  readonly redirectUri: string;
  readonly scope: string | undefined;
}): Promise<AuthorizeAnswer> {
  const url = buildAuthorizationUrl({
    authBaseUrl: ask.tenant.authBaseUrl,
    clientID: ask.clientID,
    redirectUri: ask.redirectUri,
    state: createSecret(),
    scope: parseRequestedScope(ask.scope),
  });
  const sentAt = Date.now();
  try {
    const answer = await ask.transport.open({ method: 'GET', url, headers: { accept: 'text/html' } });
    const localTime = (sentAt + Date.now()) / 2;
    const date = Date.parse(answer.headers.get('date') ?? '');
    return {
      status: answer.status,
      location: getRedirectTarget(answer, url),
      text: await answer.text(MAX_WHOLE_BYTES),
      serverTime: Number.isNaN(date) ? undefined : date,
      localTime,
    };
  } catch (error) {
    return { error };
  }
}
