/** How the app of a request is embedded: what `embedded()` has put on the request. */
export interface Embedding {
  /** Sources of `frame-ancestors`, with `'self'`. */
  readonly frameAncestors: readonly string[];
}

const EMBEDDING = Symbol.for('passport-marketing-cloud.embedding');

interface EmbeddedRequest {
  [EMBEDDING]?: Embedding;
}

/** Undefined where `embedded()` has not run on the request. */
export function getEmbedding(req: object): Embedding | undefined {
  return (req as EmbeddedRequest)[EMBEDDING];
}

/** Records what `embedded()` has decided for this request. */
export function setEmbedding(req: object, embedding: Embedding): void {
  (req as EmbeddedRequest)[EMBEDDING] = embedding;
}
