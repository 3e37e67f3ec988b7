import { isLoopback, MARKETING_CLOUD_TEMPLATE } from '../tenant';
import { warn } from '../warn';
import type { AppRequest } from '../session/app-request';
import type { Settings } from './settings';

/**
 * Warns of a callbackURL that Marketing Cloud itself does not accept: its redirect URLs are https, and name loopback by
 * its address. https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/api-integration.html
 */
export function warnOfCallbackURL({ callbackURL, baseUrlTemplate }: Settings): void {
  const url = new URL(callbackURL);
  if (baseUrlTemplate !== MARKETING_CLOUD_TEMPLATE || !isLoopback(url)) return;
  if (url.protocol === 'https:' && url.hostname !== 'localhost') return;
  const right = Object.assign(new URL(callbackURL), { protocol: 'https:', hostname: '127.0.0.1' });
  warn(
    'MARKETING_CLOUD_CALLBACK_URL',
    'Marketing Cloud accepts neither http: nor localhost in a redirect URL.',
    `Register and use ${right.href}: option callbackURL.`,
  );
}

/** Strategies whose login route was requested on another host; each warns once. */
const warned = new WeakSet<object>();

/**
 * Warns once of a login route that is requested on another host than the callback's: the cookies of the sign-in, and the
 * session's, do not come back there.
 *
 * @param owner the strategy, or an object that stands for it
 * @param expected the host of `callbackURL`, without its port
 */
export function warnOfHost(owner: object, req: AppRequest, expected: string): void {
  const seen = req.hostname ?? getHostname(req.headers.host);
  if (seen === undefined || seen === expected || seen === '' || seen.toLowerCase() === expected) return;
  if (warned.has(owner)) return;
  warned.add(owner);
  warn(
    'MARKETING_CLOUD_LOGIN_HOST',
    `The login route was requested on another host than ${expected}, the host of callbackURL: the browser will not send the sign-in's cookie to the callback.`,
    `Send users to the login route on ${expected}; behind a proxy that changes Host, set 'trust proxy' so that Express knows the host.`,
  );
}

/** The host without its port. */
function getHostname(host: string | undefined): string | undefined {
  return host?.replace(/:\d+$/, '');
}
