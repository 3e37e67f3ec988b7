/** Where the pages of `docs/errors` are published. */
const PAGES = 'https://github.com/passport-marketing-cloud/passport-marketing-cloud/blob/main/docs/errors';

/** Every `reason` of an error. Each has a page in `docs/errors`, as each code has. */
export const ERROR_REASONS = [
  // of invalid_state: what the refused callback said, or what the browser did not send
  'access_denied',
  'user_not_licensed',
  'cookie_missing',
  // of sign_in_required
  'rotation_lost',
  // what a description of Marketing Cloud means
  'legacy_package',
  'enhanced_package',
  'ip_not_allowed',
  'unknown_client_id',
  'client_authentication_failed',
  'wrong_integration_type',
  'body_not_read',
  'redirect_url_not_registered',
] as const;

/**
 * A more exact reason of an error than its code.
 *
 * @example
 * const reason: ErrorReason = 'ip_not_allowed';
 * if (error.reason === reason) console.error(`Add this server's addresses to the allowlist: ${error.docs}`);
 */
export type ErrorReason = (typeof ERROR_REASONS)[number];

/** The address of the page about an error: its reason's page, or else its code's. */
export function toErrorPage(code: string, reason: string | undefined): string {
  const isKnown = (ERROR_REASONS as readonly unknown[]).includes(reason);
  return `${PAGES}/${isKnown ? String(reason) : code}.md`;
}

/** The address of the paragraph about a warning. */
export function toWarningPage(code: string): string {
  return `${PAGES}/warnings.md#${code.toLowerCase()}`;
}
