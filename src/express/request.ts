import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MarketingCloud } from '../api/connection';
import type { Session, SessionStore } from '../grants/session';

/** A request as Express, express-session and Passport leave it; only what we use. */
export interface AppRequest extends IncomingMessage {
  originalUrl?: string;
  session?: Session & { passport?: unknown };
  sessionID?: string;
  sessionStore?: SessionStore;
  marketingCloud?: MarketingCloud;
  user?: unknown;
  /** Passport's name for the user's property, and its session manager with the key it uses. */
  _userProperty?: string;
  _sessionManager?: { _key?: string };
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
