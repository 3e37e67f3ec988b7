import { MAX_WHOLE_BYTES } from '../../../http/call';
import { findRefusedCookie } from '../refused-cookie';
import { createAppTransport } from './app-transport';
import { getRedirectTarget } from './redirect-target';

/** What the running app answers at its callback URL; or the error of the call. */
export type AppAnswer =
  | { readonly error: unknown }
  | {
      readonly error?: undefined;
      readonly status: number;
      /** The target of a redirect. */
      readonly location: URL | undefined;
      /** Whether it is a page of the package, which an embedded app shows in frames. */
      readonly isPackagePage: boolean;
      /** Why browsers refuse a cookie of it; undefined where they do not. */
      readonly refusedCookie: string | undefined;
    };

/** How long the text of a page is waited for: the package's pages are short, others may be streams. */
const MAX_PAGE_MS = 1_000;
/** What the root element of the package's pages begins with: see `src/frame/pages/layout.html`. */
const PACKAGE_PAGE = '<html lang="en" data-marketing-cloud="';

/**
 * Asks the app for its callback URL without a code. Nothing but a new sign-in can come of that: the package's callback
 * route then redirects to the login page.
 */
export async function askApp(callbackURL: string): Promise<AppAnswer> {
  if (!URL.canParse(callbackURL)) return { error: undefined };
  const url = new URL(callbackURL);
  url.hash = '';
  url.username = url.password = '';
  const { transport, close } = await createAppTransport(url);
  try {
    const answer = await transport.open({ method: 'GET', url: url.href, headers: { accept: 'text/html' } });
    const isSuccess = answer.status >= 200 && answer.status < 300;
    const text = isSuccess ? await answer.peekText(MAX_WHOLE_BYTES, MAX_PAGE_MS) : undefined;
    answer.discard();
    return {
      status: answer.status,
      location: getRedirectTarget(answer, url.href),
      isPackagePage: text?.includes(PACKAGE_PAGE) === true,
      refusedCookie: findRefusedCookie(answer.headers.get('set-cookie')),
    };
  } catch (error) {
    return { error };
  } finally {
    await close();
  }
}
