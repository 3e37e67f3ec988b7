import { optionError } from '../strict-options';

/**
 * Option `loginUrl`, the login route of an app.
 *
 * @throws TypeError for anything but a path or a URL
 */
export function parseLoginUrl(owner: string, value: unknown = '/login'): string {
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value;
  throw optionError('loginUrl', 'must be a path or a URL', owner);
}
