import { MarketingCloudError } from '../../../errors';
import type { Transport } from '../../../http/transport';
import { createSecret } from '../../../identifiers';
import { ClientSecrets } from '../../../oauth/client-secrets';
import { OAuthClient } from '../../../oauth/oauth-client';
import type { Tenant } from '../../../tenant';
import { PROBE_TIMEOUT_MS } from './probe-timeout';

/** The error that the token call ended with: it cannot succeed. Undefined for an answer with tokens, which breaks the protocol. */
export interface TokenAnswer {
  readonly error: MarketingCloudError | undefined;
}

/**
 * Exchanges a made-up code. Marketing Cloud checks the client before the code, so its refusal tells which of the two it
 * blames. Nothing is issued and nothing is consumed.
 */
export async function askToken(ask: {
  readonly transport: Transport;
  readonly tenant: Tenant;
  readonly clientID: string;
  readonly clientSecret: string | undefined;
  readonly redirectUri: string;
}): Promise<TokenAnswer> {
  const client = new OAuthClient({
    clientID: ask.clientID,
    secrets: new ClientSecrets(ask.clientSecret, PROBE_TIMEOUT_MS),
    transport: ask.transport,
    customHeaders: {},
    now: Date.now,
  });
  try {
    await client.exchange(ask.tenant, { code: createSecret(), redirectUri: ask.redirectUri });
    return { error: undefined };
  } catch (error) {
    if (!(error instanceof MarketingCloudError)) throw error;
    return { error };
  }
}
