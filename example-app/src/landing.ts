import type { Request, Response } from 'express';
import { sendPage } from './page';

/** The way in, and what to check when Marketing Cloud does not come back. */
export function showLanding(req: Request, res: Response): void {
  sendPage(req, res, 'landing', 'Sign in with Marketing Cloud', { isSignedOut: 'signed-out' in req.query });
}
