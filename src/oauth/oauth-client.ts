import { hasCode, type MarketingCloudError } from '../errors';
import type { Transport } from '../http/transport';
import { readRetryAfter } from '../http/retry-after';
import { readTokenError, type RefusedCall } from '../protocol/token-error';
import {
  codeExchangeBody,
  refreshBody,
  tokenEndpoint,
  withSecret,
  type CodeExchange,
  type TokenRefresh,
} from '../protocol/token-request';
import { readTokens, type Tokens } from '../protocol/token-response';
import type { JsonObject } from '../own-properties';
import { readProfile, userinfoEndpoint, type Profile } from '../protocol/userinfo';
import type { Tenant } from '../tenant';
import type { ClientSecrets } from './client-secrets';

/** Tokens with the moment their request was sent, from which their lifetime counts. */
export interface IssuedTokens extends Tokens {
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
}

type TokenCall = RefusedCall & { readonly kind: 'exchange' | 'refresh' };

/** The protocol over the transport, for any tenant. Knows neither Express nor Passport. */
export class OAuthClient {
  readonly #clientID: string;
  readonly #secrets: ClientSecrets;
  readonly #transport: Transport;
  readonly #customHeaders: Readonly<Record<string, string>>;
  readonly #now: () => number;

  constructor(options: {
    clientID: string;
    secrets: ClientSecrets;
    transport: Transport;
    customHeaders: Readonly<Record<string, string>>;
    now: () => number;
  }) {
    this.#clientID = options.clientID;
    this.#secrets = options.secrets;
    this.#transport = options.transport;
    this.#customHeaders = options.customHeaders;
    this.#now = options.now;
  }

  /**
   * Exchanges an authorization code.
   *
   * @throws MarketingCloudError as the outcomes table has it; `sign_in_expired` for a code that is expired or used
   */
  exchange(tenant: Tenant, exchange: CodeExchange): Promise<IssuedTokens> {
    return this.#requestTokens(tenant, codeExchangeBody(this.#clientID, exchange), {
      kind: 'exchange',
      dead: 'sign_in_expired',
      forBusinessUnit: exchange.accountId !== undefined,
    });
  }

  /**
   * Gets the next pair of tokens. Marketing Cloud replaces the refresh token each time.
   *
   * @throws MarketingCloudError as the outcomes table has it; `sign_in_required` for a dead refresh token
   */
  refresh(tenant: Tenant, refresh: TokenRefresh): Promise<IssuedTokens> {
    return this.#requestTokens(tenant, refreshBody(this.#clientID, refresh), {
      kind: 'refresh',
      dead: 'sign_in_required',
      forBusinessUnit: refresh.accountId !== undefined,
    });
  }

  /**
   * Asks who the token's user is.
   *
   * @param dead what an answer that calls the token dead means here
   * @throws MarketingCloudError as for a failed token call
   */
  async userinfo(tenant: Tenant, accessToken: string, dead: RefusedCall['dead']): Promise<Profile> {
    const answer = await this.#transport.call({
      method: 'GET',
      url: userinfoEndpoint(tenant.authBaseUrl),
      headers: { ...this.#customHeaders, ...HEADERS, authorization: `Bearer ${accessToken}` },
    });
    if (answer.status === 200) return readProfile(answer, tenant);
    throw this.#refused(answer, { kind: 'userinfo', dead, forBusinessUnit: false, secrets: [accessToken] });
  }

  /** One token call; on `invalid_client` the next secret is tried, since one of two may be expired or not yet active. */
  async #requestTokens(tenant: Tenant, body: JsonObject, call: TokenCall): Promise<IssuedTokens> {
    const secrets = await this.#secrets.list();
    const bodies = secrets === undefined ? [body] : secrets.map((secret) => withSecret(body, secret));
    let refusal: unknown;
    for (const one of bodies) {
      try {
        return await this.#requestOnce(tenant, one, call);
      } catch (error) {
        if (!hasCode(error, 'invalid_client') || error.response?.error !== 'invalid_client') throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  async #requestOnce(tenant: Tenant, body: JsonObject, call: TokenCall): Promise<IssuedTokens> {
    const issuedAt = this.#now();
    const answer = await this.#transport.call({
      method: 'POST',
      url: tokenEndpoint(tenant.authBaseUrl),
      headers: { ...this.#customHeaders, ...HEADERS, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const isAnswered = call.kind === 'refresh' ? answer.status >= 200 && answer.status < 300 : answer.status === 200;
    if (isAnswered) return { ...readTokens(answer, tenant, call.kind), issuedAt };
    const secrets = [body['client_secret'], body['code'], body['code_verifier'], body['refresh_token']];
    throw this.#refused(answer, { ...call, secrets: secrets.filter((one) => typeof one === 'string') });
  }

  #refused(answer: Awaited<ReturnType<Transport['call']>>, call: RefusedCall): MarketingCloudError {
    const retryAfter = readRetryAfter(answer.headers.get('retry-after'), this.#now());
    return readTokenError(answer, { ...call, retryAfter });
  }
}

const HEADERS = { accept: 'application/json', 'accept-encoding': 'identity' };
