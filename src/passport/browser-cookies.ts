import { getEmbedding } from '../frame/embedding';
import type { AppRequest } from '../session/app-request';

/** For clients that do not know `Max-Age`. */
const LONG_AGO = '; Expires=Thu, 01 Jan 1970 00:00:00 GMT';

/** A cookie, its name without the prefix. */
export interface Cookie {
  readonly name: string;
  readonly value: string;
}

/**
 * The package's own cookies of one browser: read from the request, set on its response. All are `HttpOnly` and for the
 * whole site; they are `SameSite=Lax`, or come back in a frame of another site where the app is embedded. Over https their names begin with `__Host-`, so that neither another host
 * under the same domain nor plain http can set them
 * (https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes).
 */
export class BrowserCookies {
  readonly #req: AppRequest;
  readonly #prefix: string;
  readonly #attributes: string;

  /** @param isSecure whether the app is reached over https */
  constructor(req: AppRequest, isSecure: boolean) {
    this.#req = req;
    this.#prefix = isSecure ? '__Host-' : '';
    this.#attributes = `; Path=/; HttpOnly${getSiteAttributes(req, isSecure)}`;
  }

  get(name: string): string | undefined {
    for (const cookie of this.getAll(name)) if (cookie.name === name) return cookie.value;
    return undefined;
  }

  /** The request's cookies whose names begin like this, the oldest first: browsers send them in this order (RFC 6265 §5.4). */
  getAll(beginning: string): Cookie[] {
    const { cookie: header } = this.#req.headers;
    const cookies: Cookie[] = [];
    // Most browsers that begin a sign-in have none of them.
    if (header === undefined || !header.includes(beginning)) return cookies;
    for (const pair of header.split(';')) {
      const mark = pair.indexOf('=');
      const name = pair.slice(0, mark).trim();
      if (mark < 0 || !name.startsWith(this.#prefix + beginning)) continue;
      cookies.push({ name: name.slice(this.#prefix.length), value: pair.slice(mark + 1).trim() });
    }
    return cookies;
  }

  /**
   * Sets a cookie, in place of an earlier one of this name on the same response.
   *
   * @param value characters that a cookie may hold as they are, such as base64url and dots
   */
  set(name: string, value: string, maxAgeSeconds: number): void {
    const { res } = this.#req;
    if (res === undefined || res.headersSent) return;
    const beginning = `${this.#prefix}${name}=`;
    const expires = maxAgeSeconds === 0 ? LONG_AGO : '';
    const cookie = `${beginning}${value}; Max-Age=${maxAgeSeconds}${expires}${this.#attributes}`;
    const others = res.getHeader('Set-Cookie');
    if (others === undefined) res.setHeader('Set-Cookie', cookie);
    else {
      const kept = [others].flat().filter((other) => !String(other).startsWith(beginning));
      res.setHeader('Set-Cookie', [...kept.map(String), cookie]);
    }
  }

  remove(name: string): void {
    this.set(name, '', 0);
  }
}

/** Over plain http, as on loopback, a browser takes neither `None` nor `Partitioned`. */
function getSiteAttributes(req: AppRequest, isSecure: boolean): string {
  if (!isSecure) return '; SameSite=Lax';
  return getEmbedding(req) === undefined ? '; SameSite=Lax; Secure' : '; SameSite=None; Secure; Partitioned';
}
