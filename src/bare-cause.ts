/** The words that Redis begins an error with: https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors */
const REDIS_WORDS: ReadonlySet<string> = new Set([
  ...['ERR', 'NOAUTH', 'WRONGPASS', 'NOPERM', 'READONLY', 'LOADING', 'WRONGTYPE', 'OOM', 'MISCONF', 'BUSY', 'BUSYKEY'],
  ...['MOVED', 'ASK', 'TRYAGAIN', 'CROSSSLOT', 'CLUSTERDOWN', 'MASTERDOWN', 'NOREPLICAS', 'NOSCRIPT', 'EXECABORT'],
  ...['NOPROTO', 'NOMASTERLINK', 'INPROG', 'UNBLOCKED', 'UNKILLABLE', 'IOERR', 'DENIED'],
]);

/**
 * What is safe to keep of another library's error: Node's code, an SQLSTATE, the word that a Redis error begins with, or else
 * its name. Its text, stack and fields may hold bytes from the wire (undici keeps the whole buffer on a parser error),
 * and those may echo a secret.
 */
export function bareCause(error: unknown): Error {
  // By shape, since errors of Node itself may come from another realm, as they do under Jest.
  const { code, name, message } = Object(error) as { code?: unknown; name?: unknown; message?: unknown };
  const isCode = typeof code === 'string' && /^(?:[A-Z][A-Z0-9_]{0,63}|[0-9A-Z]{5})$/.test(code);
  const [firstWord = ''] = typeof message === 'string' ? message.split(' ', 1) : [];
  const word = isCode ? code : REDIS_WORDS.has(firstWord) ? firstWord : name;
  const cause = new Error(typeof word === 'string' && /^\w{1,64}$/.test(word) ? word : 'Error');
  delete cause.stack;
  return isCode ? Object.assign(cause, { code }) : cause;
}
