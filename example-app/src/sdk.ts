import type { MarketingCloud } from 'passport-marketing-cloud';
import { sdkFor } from 'passport-marketing-cloud/sfmc-sdk';

/** Why sfmc-sdk cannot be used. */
export class SdkMissing extends Error {}

/**
 * sfmc-sdk with the tokens of a grant. It is an ES module and this app is CommonJS, so it comes by `import()`, once:
 * Node remembers it. What this resolves to is inferred: a CommonJS module cannot name a type of an ES module.
 *
 * @throws SdkMissing when it is not installed
 */
export async function sdkOf(connection: MarketingCloud) {
  const { default: SdkClass } = await loadSdk();
  return sdkFor(SdkClass, connection);
}

async function loadSdk() {
  try {
    return await import('sfmc-sdk');
  } catch (error) {
    throw new SdkMissing('sfmc-sdk cannot be loaded.', { cause: error });
  }
}

/** Whether this is an error of sfmc-sdk's own, in Marketing Cloud's answer or on the way to it. */
export function isSdkError(error: unknown): error is Error {
  return error instanceof Error && /^(?:SOAP|REST)Error$/.test(error.constructor.name);
}
