import type { OpenAnswer } from '../http/open-answer';

/** A fault that says nothing else is shorter; a longer answer is not read to find out. */
const MAX_FAULT_BYTES = 65_536;
/** Nor is one that takes longer: its caller gets it as it comes. */
const MAX_FAULT_MS = 1_000;

/** `<faultstring>Token Expired</faultstring>`, as SOAP 1.2 has it too. */
const TOKEN_EXPIRED =
  /<(?:[\w-]+:)?(?:faultstring|Text)(?:\s[^<>]*)?>(?:<!\[CDATA\[)?\s*Token Expired\.?\s*(?:\]\]>)?</i;
const FUEL_OAUTH = /<(?:[\w-]+:)?fueloauth(?:\s[^<>]*)?>(?:<!\[CDATA\[)?([^<\]]*)/i;
/** Anything shorter is a placeholder, and may stand elsewhere in the body too. */
const MIN_TOKEN_LENGTH = 16;

/** Whether the SOAP API answers that the token of the envelope has expired: HTTP 500 with a fault. */
export async function isExpiredTokenFault(answer: OpenAnswer): Promise<boolean> {
  if (answer.status < 400) return false;
  const text = await answer.peekText(MAX_FAULT_BYTES, MAX_FAULT_MS);
  return text !== undefined && TOKEN_EXPIRED.test(text);
}

/** The token that stands in the header of a SOAP envelope; undefined for a body that is no text or has none. */
export function tokenInEnvelope(body: unknown, current: string): string | undefined {
  if (typeof body !== 'string' || body.includes(current)) return undefined;
  const [, token] = FUEL_OAUTH.exec(body) ?? [];
  const found = token?.trim() ?? '';
  return found.length >= MIN_TOKEN_LENGTH ? found : undefined;
}

/** A text with the new token wherever the old one stands. */
export function withToken(body: string, old: string, replacement: string): string {
  return body.replaceAll(old, () => replacement);
}
