import type { Request, Response } from 'express';
import type { Core } from '../core';

/** The cookie that holds the session of the login host. */
export const SESSION_COOKIE = 'mc-emulator-session';
/** The cookie that binds a login form to the browser that requested it. */
export const FORM_COOKIE = 'mc-emulator-form';

/** Reads a cookie. The emulator's own values need no decoding. */
export function parseCookie(req: Request, name: string): string | undefined {
  const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Sets a cookie for the path of the login pages; `undefined` deletes it. By default it is sent in frames, too, over TLS. */
export function writeCookie(core: Core, req: Request, res: Response, name: string, value: string | undefined): void {
  const { location, tenant } = core.getExchange(req);
  const base = new URL(location.baseUrls('login', tenant.subdomain));
  const secure = core.settings.https;
  res.cookie(name, value ?? '', {
    path: `${base.pathname.replace(/\/$/, '')}/hub-cas`,
    httpOnly: true,
    secure,
    sameSite: core.settings.loginSameSite,
    ...(value === undefined ? { expires: new Date(0) } : {}),
  });
}
