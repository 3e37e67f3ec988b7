import type { ErrorReason } from '../error-pages';

/** What one of Marketing Cloud's error descriptions means, and what to do. */
export interface Explanation {
  readonly reason: ErrorReason;
  readonly hint: string;
}

/**
 * Phrases, in small letters, from the error descriptions in Marketing Cloud's documentation and in public bug reports.
 *
 * Sources: https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/access-token-app.html,
 * https://github.com/singer-io/tap-exacttarget/issues/46, https://github.com/salesforce-marketingcloud/FuelSDK-Node/issues/20
 */
const EXPLANATIONS: readonly (Explanation & { readonly phrases: readonly string[] })[] = [
  {
    phrases: ['created in a legacy package', 'not eligible to use the /v2/token'],
    reason: 'legacy_package',
    hint: 'This API integration belongs to a legacy package, which has no /v2/token. Create an installed package with enhanced functionality in Setup, Installed Packages, and use its client id and secret.',
  },
  {
    phrases: ['not eligible to use the legacy /v1/requesttoken', 'uses enhanced oauth 2.0'],
    reason: 'enhanced_package',
    hint: 'The call went to the legacy /v1/requestToken endpoint. Check baseUrlTemplate and any proxy in between: this package asks /v2/token.',
  },
  {
    phrases: [
      'ip address is unauthorized',
      'ip address is not authorized',
      'ip address is not allowed',
      'ip allowlist',
    ],
    reason: 'ip_not_allowed',
    hint: "Marketing Cloud restricts logins by IP address. Add this server's outgoing IP addresses to the allowlist in Setup, Security Settings.",
  },
  {
    phrases: ['invalid client id'],
    reason: 'unknown_client_id',
    hint: 'Marketing Cloud does not know clientID at this tenant. Copy the client id from Setup, Installed Packages, and check subdomain.',
  },
  {
    phrases: ['client authentication failed'],
    reason: 'client_authentication_failed',
    hint: 'Marketing Cloud knows clientID but does not accept the secret, or the package is not installed or enabled at this tenant. A secret expires 180 days after it was made.',
  },
  {
    phrases: ['not authorized to request an authorization code using this method'],
    reason: 'wrong_integration_type',
    hint: 'The API integration is of another type. Use a web app, or a public app without clientSecret; a server-to-server integration cannot sign users in.',
  },
  {
    phrases: ['use "authorization_code" or'],
    reason: 'body_not_read',
    hint: 'Marketing Cloud could not read the request. Check customHeaders and any proxy in between: the body is JSON and must arrive unchanged.',
  },
  {
    phrases: ['redirect url not registered'],
    reason: 'redirect_url_not_registered',
    hint: 'Register callbackURL, letter by letter, under the redirect URLs of the API integration in Setup, Installed Packages.',
  },
];

/** The explanation of a description that holds a known phrase; undefined for any other. */
export function explain(description: string | undefined): Explanation | undefined {
  const text = description?.toLowerCase() ?? '';
  const found = EXPLANATIONS.find(({ phrases }) => phrases.some((phrase) => text.includes(phrase)));
  return found && { reason: found.reason, hint: found.hint };
}

/** The explanation with this reason. */
export function explanationFor(reason: string | undefined): Explanation | undefined {
  return EXPLANATIONS.find((known) => known.reason === reason);
}
