import { hasCode, type MarketingCloudError } from '../errors';
import type { WholeAnswer } from '../http/call';
import { parseRetryAfter } from '../http/retry-after';
import type { Transport } from '../http/transport';
import { parseTokenError, type CallContext } from '../protocol/token-error';
import {
  codeExchangeBody,
  refreshBody,
  tokenEndpoint,
  withSecret,
  type CodeExchange,
  type TokenRefresh,
} from '../protocol/token-request';
import { parseTokens, type Tokens } from '../protocol/token-response';
import type { JsonObject } from '../own-properties';
import { parseProfile, userinfoEndpoint, type Profile } from '../protocol/userinfo';
import type { Tenant } from '../tenant';
import type { ClientSecrets } from './client-secrets';

/** Tokens with the time at which their request was sent: their lifetime counts from then. */
export interface IssuedTokens extends Tokens {
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
}

type TokenCall = CallContext & { readonly kind: 'exchange' | 'refresh' };

/** The headers of every call. Encodings are not asked for: answers are short. */
const HEADERS = { accept: 'application/json', 'accept-encoding': 'identity' };

/** The members of a token request that no error may repeat. */
const SECRET_MEMBERS = ['client_secret', 'code', 'code_verifier', 'refresh_token'] as const;

/** Makes the calls to the token and the userinfo endpoint, for any tenant. Knows neither Express nor Passport. */
export class OAuthClient {
  readonly #clientID: string;
  readonly #secrets: ClientSecrets;
  readonly #transport: Transport;
  readonly #userinfoHeaders: Readonly<Record<string, string>>;
  readonly #tokenHeaders: Record<string, string>;
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
    this.#userinfoHeaders = { ...options.customHeaders, ...HEADERS };
    this.#tokenHeaders = { ...this.#userinfoHeaders, 'content-type': 'application/json' };
    this.#now = options.now;
  }

  /**
   * Exchanges an authorization code for tokens (RFC 6749 §4.1.3).
   *
   * @throws MarketingCloudError as `protocol/token-failures.ts` says; `sign_in_expired` for a code that is expired or used
   */
  exchange(tenant: Tenant, exchange: CodeExchange): Promise<IssuedTokens> {
    return this.#requestTokens(tenant, codeExchangeBody(this.#clientID, exchange), {
      kind: 'exchange',
      deadCode: 'sign_in_expired',
      forBusinessUnit: exchange.accountId !== undefined,
    });
  }

  /**
   * Gets the next pair of tokens (RFC 6749 §6). Marketing Cloud replaces the refresh token each time.
   *
   * @throws MarketingCloudError as `protocol/token-failures.ts` says; `sign_in_required` for a dead refresh token
   */
  refresh(tenant: Tenant, refresh: TokenRefresh): Promise<IssuedTokens> {
    return this.#requestTokens(tenant, refreshBody(this.#clientID, refresh), {
      kind: 'refresh',
      deadCode: 'sign_in_required',
      forBusinessUnit: refresh.accountId !== undefined,
    });
  }

  /**
   * Reads the profile of the token's user.
   *
   * @param deadCode the error's code when Marketing Cloud calls the token dead
   * @throws MarketingCloudError as for a refused token call
   */
  async userinfo(tenant: Tenant, accessToken: string, deadCode: CallContext['deadCode']): Promise<Profile> {
    const answer = await this.#transport.call({
      method: 'GET',
      url: userinfoEndpoint(tenant.authBaseUrl),
      headers: { ...this.#userinfoHeaders, authorization: `Bearer ${accessToken}` },
    });
    if (answer.status === 200) return parseProfile(answer, tenant);
    throw this.#toError(answer, { kind: 'userinfo', deadCode, forBusinessUnit: false, secrets: [accessToken] });
  }

  /** One token call. On `invalid_client` the next secret is tried: during a rotation one may be expired or not yet active. */
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
      headers: this.#tokenHeaders,
      body: JSON.stringify(body),
    });
    const isAnswered = call.kind === 'refresh' ? answer.status >= 200 && answer.status < 300 : answer.status === 200;
    if (isAnswered) return { ...parseTokens(answer, tenant, call.kind), issuedAt };
    const secrets = SECRET_MEMBERS.map((name) => body[name]).filter((one) => typeof one === 'string');
    throw this.#toError(answer, { ...call, secrets });
  }

  #toError(answer: WholeAnswer, call: CallContext): MarketingCloudError {
    const retryAfter = parseRetryAfter(answer.retryAfter, this.#now());
    return parseTokenError(answer, { ...call, retryAfter });
  }
}
