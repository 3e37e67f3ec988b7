import { optionError } from '../strict-options';

/** Where an app has its login route that says nothing else. */
export const DEFAULT_LOGIN_URL = '/login';

/**
 * Option `loginUrl`, the login route of an app.
 *
 * @throws TypeError for anything but a path or a URL
 */
export function parseLoginUrl(owner: string, value: unknown = DEFAULT_LOGIN_URL): string {
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value;
  throw optionError('loginUrl', 'must be a path or a URL', owner);
}
