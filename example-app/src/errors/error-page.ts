import type { CookieOptions, ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { MarketingCloudError } from 'passport-marketing-cloud';
import { getSite, renderPage } from '../pages/render-page';
import { getAdvice, getUpstreamText, withRetryUrl } from './error-advice';
import { REFUSAL_TEXTS, UNKNOWN_REFUSAL_TEXT, type Advice, type RefusalCode } from './error-texts';

const WANTED_PAGE_COOKIE = 'example-app.wanted-page';
const TEN_MINUTES_MS = 600_000;
/** Pages of this app that a sign-in can lead to. The package checks `returnTo` once more, before it redirects. */
const PAGE = /^\/(?:dashboard|faults)(?=[/?]|$)[\x21-\x7e]{0,500}$/;

// #region try-again
/**
 * Creates a middleware for the login route. It remembers which page the user asked for, so that *Try again* on the page of
 * a failure leads there. A sign-in that fails has no session to keep it in.
 */
export function rememberWantedPage(cookie: CookieOptions): RequestHandler {
  return function wantedPageMiddleware(req, res, next) {
    const { returnTo } = req.query;
    const page = typeof returnTo === 'string' && PAGE.test(returnTo) ? returnTo : undefined;
    res.locals['wantedPage'] = page;
    const options = { ...cookie, path: '/', maxAge: TEN_MINUTES_MS };
    if (page !== undefined) res.cookie(WANTED_PAGE_COOKIE, page, options);
    else if (readWantedPage(req) !== undefined) res.clearCookie(WANTED_PAGE_COOKIE, { ...cookie, path: '/' });
    next();
  };
}

/** Where *Try again* leads: to the page that failed or, after a sign-in, through the login to the page that was wanted. */
function getRetryUrl(req: Request, res: Response): string {
  const { method, originalUrl } = req;
  const [path = ''] = originalUrl.split('?', 1);
  const isSignIn = ['/login', '/sign-in-failed', new URL(getSite(req).callbackURL).pathname].includes(path);
  if (isSignIn || path === '/faults') {
    const remembered = path === '/login' ? (res.locals['wantedPage'] as string | undefined) : readWantedPage(req);
    const page = isSignIn ? remembered : path;
    return page === undefined ? '/login' : `/login?returnTo=${encodeURIComponent(page)}`;
  }
  // A form leads back to its page.
  const [page = '/dashboard'] = /^\/dashboard(?:\/(?:soap|token|notes))?(?=[/?]|$)/.exec(originalUrl) ?? [];
  return method === 'GET' && path === page ? originalUrl : page;
}
// #endregion

function readWantedPage({ headers }: Request): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const value = pairs.find((pair) => pair.startsWith(`${WANTED_PAGE_COOKIE}=`))?.slice(WANTED_PAGE_COOKIE.length + 1);
  try {
    const page = decodeURIComponent(value ?? '');
    return PAGE.test(page) ? page : undefined;
  } catch {
    return undefined;
  }
}

// #region refused-sign-in
/** The page of a refused sign-in. The query has its `code`. */
export function showRefusedSignIn(req: Request, res: Response): void {
  const { code } = req.query;
  const retryUrl = getRetryUrl(req, res);
  const error = isRefusalCode(code) ? new MarketingCloudError(code) : undefined;
  const advice = isRefusalCode(code) ? { ...REFUSAL_TEXTS[code], code } : UNKNOWN_REFUSAL_TEXT;
  const shown = { ...withRetryUrl(advice, retryUrl), docs: error?.docs, source: 'refused-sign-in' };
  renderAdvice(req, res, error?.status ?? 400, shown);
}
// #endregion

/** The page for an unknown address. */
export function showNotFound(req: Request, res: Response): void {
  renderAdvice(req, res, 404, {
    title: 'Page not found',
    happened: 'This app has no page at this address.',
    steps: ['Check the address, or go back to the start.'],
  });
}

// #region error-handler
/**
 * Creates the app's error handler. It shows a page with the error's status, sends `Retry-After` if waiting helps, and
 * logs statuses of 500 and above.
 */
export function createErrorHandler(report: (text: string) => void): ErrorRequestHandler {
  // Express recognises an error handler by its four parameters.
  return function errorHandler(error: unknown, req, res, next) {
    if (res.headersSent) {
      next(error);
      return;
    }
    const status = getStatus(error);
    if (status >= 500) report(toLogLine(error));
    if (error instanceof MarketingCloudError) res.set({ ...error.headers });
    renderAdvice(req, res, status, { ...getAdvice(error, getRetryUrl(req, res)), source: 'error-handler' });
  };
}
// #endregion

function renderAdvice(req: Request, res: Response, status: number, advice: Advice): void {
  res.status(status);
  renderPage(req, res, 'advice', advice.title, advice);
}

function isRefusalCode(code: unknown): code is RefusalCode {
  return typeof code === 'string' && Object.hasOwn(REFUSAL_TEXTS, code);
}

function getStatus(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status <= 599 ? status : 500;
}

/**
 * The package's errors contain no secrets. Marketing Cloud's text is written as a JSON string, so that a line break in it
 * cannot add a line to the log.
 */
function toLogLine(error: unknown): string {
  if (!(error instanceof MarketingCloudError)) return error instanceof Error ? (error.stack ?? error.message) : 'Error';
  const { code, message, hint, docs, reason, response } = error;
  const upstreamText = getUpstreamText(error);
  return [
    `${code}${reason === undefined ? '' : ` (${reason})`}: ${message}`,
    response && `Marketing Cloud answered ${[response.status, response.error].join(' ').trim()}.`,
    upstreamText && `It wrote ${JSON.stringify(upstreamText)}.`,
    hint,
    `See ${docs}`,
  ]
    .filter(Boolean)
    .join(' ');
}
