import type { Request, Response } from 'express';
import type { Core } from '../core';

/** Holds the session of the login host. */
export const SESSION_COOKIE = 'mc-emulator-session';
/** Ties the login form to the browser that asked for it. */
export const FORM_COOKIE = 'mc-emulator-form';

/** Reads one cookie; the values are ours, so they need no decoding. */
export function readCookie(req: Request, name: string): string | undefined {
  const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/**
 * Sets a cookie for the login pages alone, and for frames where TLS makes that possible: the silent sign-in of embedded
 * apps runs through them. `undefined` deletes it.
 */
export function writeCookie(core: Core, req: Request, res: Response, name: string, value: string | undefined): void {
  const { location, tenant } = core.getExchange(req);
  const base = new URL(location.baseUrls('login', tenant.subdomain));
  const secure = core.settings.https;
  res.cookie(name, value ?? '', {
    path: `${base.pathname.replace(/\/$/, '')}/hub-cas`,
    httpOnly: true,
    secure,
    sameSite: secure ? 'none' : 'lax',
    ...(value === undefined ? { expires: new Date(0) } : {}),
  });
}
