import type { Request, Response } from 'express';
import type { DashboardView } from './dashboard';
import type { Advice } from './advice';
import type { SoapView } from './soap-page';
import type { TokenView } from './token-page';
import { siteOn, userOf } from './site';

/** The pages, each with what its template needs. */
export interface Views {
  landing: { isSignedOut: boolean };
  dashboard: DashboardView;
  soap: SoapView;
  token: TokenView;
  advice: Advice;
}

/** Renders a page. Whatever depends on who is looking is not for caches. */
export function sendPage<Name extends keyof Views>(
  req: Request,
  res: Response,
  name: Name,
  title: string,
  view: Views[Name],
): void {
  res.set('Cache-Control', 'no-store');
  // A failure may come before Passport has put its methods on the request.
  const user = 'isAuthenticated' in req ? userOf(req) : undefined;
  res.render(name, { title, view, site: siteOn(res), path: req.path, userName: user?.displayName });
}
