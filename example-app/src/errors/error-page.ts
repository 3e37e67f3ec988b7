import type { ErrorRequestHandler, Request, Response } from 'express';
import { MarketingCloudError } from 'passport-marketing-cloud';
import { renderPage } from '../pages/render-page';
import { getAdvice, getUpstreamText } from './error-advice';
import { REFUSAL_TEXTS, UNKNOWN_REFUSAL_TEXT, type Advice, type RefusalCode } from './error-texts';

/** The page of a refused sign-in. The query has its `code`. */
export function showRefusedSignIn(req: Request, res: Response): void {
  const { code } = req.query;
  if (isRefusalCode(code)) {
    const { status, docs } = new MarketingCloudError(code);
    renderAdvice(req, res, status, { ...REFUSAL_TEXTS[code], code, docs });
  } else renderAdvice(req, res, 400, UNKNOWN_REFUSAL_TEXT);
}

/** The page for an unknown address. */
export function showNotFound(req: Request, res: Response): void {
  renderAdvice(req, res, 404, {
    title: 'Page not found',
    happened: 'This app has no page at this address.',
    steps: ['Check the address, or go back to the start.'],
  });
}

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
    renderAdvice(req, res, status, getAdvice(error, getRetryUrl(req)));
  };
}

function renderAdvice(req: Request, res: Response, status: number, advice: Advice): void {
  res.status(status);
  renderPage(req, res, 'advice', advice.title, advice);
}

function isRefusalCode(code: unknown): code is RefusalCode {
  return typeof code === 'string' && Object.hasOwn(REFUSAL_TEXTS, code);
}

/** A page of the dashboard, as it was requested. For anything else the dashboard itself, which starts a sign-in if needed. */
function getRetryUrl({ method, originalUrl }: Request): string | undefined {
  return method === 'GET' && /^\/dashboard(?:\/soap|\/token)?(?:\?|$)/.test(originalUrl) ? originalUrl : undefined;
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
