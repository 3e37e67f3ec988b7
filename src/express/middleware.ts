import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppRequest } from '../session/app-request';

/** A middleware that fits any Express line and leaves `req.params` alone. */
export type Middleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;

/** A middleware out of an async function; its failure goes to `next`, in Express 4 and 5 alike. */
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
