/** A longer description is cut. */
const MAX_DESCRIPTION_LENGTH = 1_024;

/** An OAuth error word as servers write them: small letters and underscores. */
const ERROR_WORD = /^[a-z_]{1,64}$/;

/** The value where it looks like an OAuth error word. Other text could repeat a token or a secret that was sent. */
export function toErrorWord(value: unknown): string | undefined {
  return typeof value === 'string' && ERROR_WORD.test(value) ? value : undefined;
}

/** The value where it is a text, cut where it is long; undefined when one of the secrets is in it. */
export function toDescription(value: unknown, secrets: readonly string[] = []): string | undefined {
  if (typeof value !== 'string' || value === '' || secrets.some((secret) => value.includes(secret))) return undefined;
  return value.slice(0, MAX_DESCRIPTION_LENGTH);
}
