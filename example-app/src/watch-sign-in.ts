import type { RequestHandler } from 'express';
import type { LifeWatch } from './life-watch';

/** Before the callback: tells of the grant that a sign-in has brought. */
export function watchSignIn(watch: LifeWatch, now: () => number): RequestHandler {
  return function watchedSignIn(req, res, next) {
    const startedAt = now();
    const before = req.marketingCloud.grantId;
    res.once('finish', () => {
      const { grantId } = req.marketingCloud;
      if (grantId === undefined || grantId === before) return;
      watch.tell(grantId, { what: 'signed-in', tookMs: now() - startedAt });
    });
    next();
  };
}
