import type { AppRequest } from './request';

/** For clients that know no `Max-Age`. */
const LONG_AGO = '; Expires=Thu, 01 Jan 1970 00:00:00 GMT';

/**
 * The package's own cookies of one browser: read from the request, set on its response. All are `HttpOnly`,
 * `SameSite=Lax` and for the whole site. Over https their names begin with `__Host-`, so that neither another host
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
    this.#attributes = `; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  }

  get(name: string): string | undefined {
    return this.named(name).find((cookie) => cookie.name === name)?.value;
  }

  /** The request's cookies whose names begin like this, the oldest first: browsers send them in this order (RFC 6265 §5.4). */
  named(beginning: string): { readonly name: string; readonly value: string }[] {
    return (this.#req.headers.cookie ?? '').split(';').flatMap((pair) => {
      const mark = pair.indexOf('=');
      const name = pair.slice(0, mark).trim();
      if (mark < 0 || !name.startsWith(this.#prefix + beginning)) return [];
      return [{ name: name.slice(this.#prefix.length), value: pair.slice(mark + 1).trim() }];
    });
  }

  /**
   * Sets a cookie, in place of an earlier one of this name on the same response.
   *
   * @param value characters that a cookie may hold as they are, such as base64url and dots
   */
  set(name: string, value: string, maxAgeSeconds: number): void {
    const { res } = this.#req;
    if (res === undefined || res.headersSent) return;
    const ownName = `${this.#prefix}${name}=`;
    const others = [res.getHeader('Set-Cookie') ?? []].flat().map(String);
    res.setHeader('Set-Cookie', [
      ...others.filter((cookie) => !cookie.startsWith(ownName)),
      `${ownName}${value}; Max-Age=${maxAgeSeconds}${maxAgeSeconds === 0 ? LONG_AGO : ''}${this.#attributes}`,
    ]);
  }

  remove(name: string): void {
    this.set(name, '', 0);
  }
}
