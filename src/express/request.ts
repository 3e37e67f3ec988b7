import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MarketingCloud } from '../api/connection';
import type { SessionRequest } from '../session/session-request';

/** A request as Express, express-session and Passport leave it; only what we use. */
export interface AppRequest extends IncomingMessage, SessionRequest {
  originalUrl?: string;
  marketingCloud?: MarketingCloud;
}

/** A middleware that fits any Express line and leaves `req.params` alone. */
export type Middleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;

/** Runs an async middleware so that Express 4 and 5 alike hear of its failure. */
export function middleware(
  name: string,
  handle: (req: AppRequest, res: ServerResponse) => Promise<'next' | 'answered'>,
): Middleware {
  const handler: Middleware = (req, res, next) => {
    handle(req as AppRequest, res).then(
      (outcome) => {
        if (outcome === 'next') process.nextTick(next);
      },
      (error: unknown) => process.nextTick(next, error),
    );
  };
  return Object.defineProperty(handler, 'name', { value: name });
}
