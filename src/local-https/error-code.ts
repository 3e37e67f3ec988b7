/** Gets Node's code of a failed system call, such as `EROFS`. */
export function getErrorCode(error: unknown): string | undefined {
  // By shape, since errors of Node itself may come from another realm, as they do under Jest.
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
