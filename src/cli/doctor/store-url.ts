/** What a URL of each store begins with. */
export const REDIS_PROTOCOLS = ['redis:', 'rediss:'] as const;
export const POSTGRES_PROTOCOLS = ['postgres:', 'postgresql:'] as const;

/** The URL of a store; undefined where the text is not a URL with one of the protocols. */
export function parseStoreUrl(text: string | undefined, protocols: readonly string[]): URL | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return protocols.includes(url.protocol) ? url : undefined;
}
