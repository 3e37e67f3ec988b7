const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

/**
 * The default lifetimes of what the emulator issues, in seconds. Each has an option of `startEmulator`.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/access-token-app.html
 */
export const DEFAULT_LIFETIME_SECONDS = {
  /** An authorization code; documented. */
  code: 5 * MINUTE,
  /** An access token; documented. */
  accessToken: 20 * MINUTE,
  /** `expires_in` of a token answer, which live answers give below the documented lifetime. */
  expiresIn: 1079,
  /** A refresh token, from its issue. */
  refreshToken: 30 * DAY,
  /** A consumed refresh token: it does not work again. */
  refreshReuseGrace: 0,
  /** A client secret; documented. */
  clientSecret: 180 * DAY,
} as const;
