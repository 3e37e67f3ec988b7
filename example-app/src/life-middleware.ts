import type { RequestHandler } from 'express';
import type { LifeWatch } from './life-watch';

/** Has every event in the course of a request told as its grant's. After `marketingCloud()`. */
export function watchRequests(watch: LifeWatch): RequestHandler {
  return function watchedRequest(req, _res, next) {
    const { grantId } = req.marketingCloud;
    if (grantId === undefined) next();
    else watch.inCourseOf(grantId, next);
  };
}

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
