import type { NextFunction, Request, Response } from 'express';
import { MarketingCloudError } from 'passport-marketing-cloud';
import { adviceOn } from './error-advice';
import { sendPage } from './page';
import { upstreamTextOf } from './upstream-text';

/** Hears of an error, in words for whoever runs the app. */
export type Report = (text: string) => void;

/** For every address that nothing answers. */
export function notFound(req: Request, res: Response): void {
  res.status(404);
  sendPage(req, res, 'advice', 'There is no such page', {
    title: 'There is no such page',
    happened: 'This app has nothing at this address.',
    steps: ['Check the address, or go back to the start.'],
  });
}

/** Shows an error as a page with its own status, and `Retry-After` where waiting helps. */
export function handleError(
  report: Report = () => undefined,
): (error: unknown, req: Request, res: Response, next: NextFunction) => void {
  return function errorPage(error, req, res, next) {
    if (res.headersSent) {
      next(error);
      return;
    }
    const status = statusOf(error);
    if (status >= 500) report(textOf(error));
    if (error instanceof MarketingCloudError) res.set({ ...error.headers });
    const advice = adviceOn(error, pageToRetry(req));
    res.status(status);
    sendPage(req, res, 'advice', advice.title, advice);
  };
}

/** A page of the dashboard as it was asked for; after a sign-in that broke, the dashboard, which begins a new one. */
function pageToRetry({ method, originalUrl }: Request): string | undefined {
  return method === 'GET' && /^\/dashboard(?:\/soap|\/token)?(?:\?|$)/.test(originalUrl) ? originalUrl : undefined;
}

function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status <= 599 ? status : 500;
}

/**
 * A line about an error. Errors of the package have no secret in them; what Marketing Cloud wrote is put in quotes, with
 * its line breaks escaped, so that it cannot pass for a line of the log.
 */
function textOf(error: unknown): string {
  if (!(error instanceof MarketingCloudError)) return error instanceof Error ? (error.stack ?? error.message) : 'Error';
  const { code, message, hint, reason, response } = error;
  const said = upstreamTextOf(error);
  const answer =
    response === undefined ? '' : ` Marketing Cloud answered ${[response.status, response.error].join(' ').trim()}.`;
  const why = reason === undefined ? '' : ` (${reason})`;
  return `${code}${why}: ${message}${answer}${said === undefined ? '' : ` It says ${JSON.stringify(said)}.`} ${hint}`;
}
