import type { RequestHandler } from 'express';
import { sendPage } from './page';

/**
 * Lets through only what comes from this app's own pages: a form on another site would be sent with our cookie as well.
 * Browsers say `Sec-Fetch-Site`; older ones say `Origin`.
 */
export function fromOwnOrigin(origin: string): RequestHandler {
  return function ownOrigin(req, res, next) {
    const site = req.headers['sec-fetch-site'];
    if (site === undefined ? req.headers.origin === origin : site === 'same-origin') {
      next();
      return;
    }
    res.status(403);
    sendPage(req, res, 'advice', 'This form was not sent from here', {
      title: 'This form was not sent from here',
      happened: 'Another site, or a program, has sent it. Nothing was changed.',
      steps: ['Open the dashboard and use the form there.'],
      retry: { url: '/dashboard', label: 'Open the dashboard' },
    });
  };
}
