/**
 * The value of `WWW-Authenticate` in a 401 that a sign-in helps against (RFC 9110 §11.6.1): where the sign-in begins. It
 * is how `withSignIn` of `passport-marketing-cloud/browser` tells it from other 401s.
 */
export function toSignInChallenge(loginUrl: string): string {
  return `MarketingCloud login_url="${loginUrl.replace(/["\\]/g, '\\$&')}"`;
}
