import { inspect } from 'node:util';
import { MarketingCloudError } from '../errors';
import { withTimeout } from '../with-timeout';

/** What `clientSecret` may be: one secret, several to try in order, or a function that returns either. */
export type ClientSecret = string | readonly string[] | (() => SecretValue | Promise<SecretValue>);
type SecretValue = string | readonly string[];

/**
 * The client's secrets, out of reach of any property. Marketing Cloud's secrets expire after 180 days; during a
 * rotation the active and the staged one are both accepted:
 * https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/rotate-oauth2-secret.html
 */
export class ClientSecrets {
  readonly #source: ClientSecret | undefined;
  readonly #timeoutMs: number;

  constructor(source: ClientSecret | undefined, timeoutMs: number) {
    this.#source = source;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * The secrets to try, in order; undefined for a public app. A function is called for each token call and may take as
   * long as the `timeout` option says.
   *
   * @throws MarketingCloudError `invalid_client` when the function fails, returns no secret or takes too long
   */
  async list(): Promise<readonly string[] | undefined> {
    if (this.#source === undefined) return undefined;
    const given = typeof this.#source === 'function' ? await this.#ask(this.#source) : this.#source;
    const secrets = typeof given === 'string' ? [given] : given;
    if (!areSecrets(secrets)) throw noSecret('The clientSecret function returned no secret.');
    return secrets;
  }

  async #ask(source: Extract<ClientSecret, (...args: never) => unknown>): Promise<SecretValue> {
    try {
      return await withTimeout(this.#timeoutMs, source, () => {
        throw noSecret('The clientSecret function did not answer in time.');
      });
    } catch (error) {
      throw error instanceof MarketingCloudError ? error : noSecret('The clientSecret function failed.');
    }
  }

  [inspect.custom](): string {
    return '[ClientSecrets]';
  }
}

/** Whether a value is a list of secrets as they may go out. */
export function areSecrets(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string' && one !== '');
}

function noSecret(message: string): MarketingCloudError {
  return new MarketingCloudError('invalid_client', {
    message,
    hint: 'The function must return a non-empty string or a list of them, or a promise of either, within the timeout.',
  });
}
