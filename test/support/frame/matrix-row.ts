import type { FramedSitesOptions } from './framed-sites';

/** A framed sign-in by what decides how it ends, in the app menu and nested in a frame of Content Builder. */
export type MatrixRow<ThirdPartyCookies> = readonly [
  cookie: FramedSitesOptions['cookie'],
  thirdPartyCookies: ThirdPartyCookies,
  marketingCloud: 'signed in' | 'signed out',
  inAppMenu: string,
  nested: string,
];

/** The app's page. */
export const SILENT = 'Hello, Maya Lind';
/** The package's pages, by their state. */
export const WINDOW = 'needs-window';
export const COOKIES = 'cookies-blocked';
/** Marketing Cloud's login form refuses to be framed: the browser shows nothing. The next load offers the window. */
export const REFUSED_ONCE = 'blank';

/**
 * A script for the app's frame: the state of one of the package's pages, else the page's heading, and `blank` while there is
 * neither or the browser has not read the heading's text yet.
 */
export const SHOWN =
  "document.documentElement.dataset.marketingCloud ?? (document.querySelector('h1')?.textContent || 'blank')";
