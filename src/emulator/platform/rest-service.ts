import { Router, type NextFunction, type Request, type Response } from 'express';
import { bearerOf } from '../auth/bearer';
import { may, type Core } from '../core';
import { restRoutes, type RestCaller, type RestParts } from '../rest';
import type { Issued } from '../tokens/ledger';
import { endpointsEndpoint } from './endpoints';
import { setupDataEndpoint } from './setup-data';
import { sendRestError, tokenContextEndpoint } from './token-context';

/** What the REST and the SOAP host show alike. */
export type SharedData = Required<Pick<RestParts, 'dataExtensions' | 'folders' | 'records'>>;

/**
 * The REST host of a tenant. Everything wants a live token of this tenant in the `Authorization` header; what it may do
 * is the scopes of the token that are permissions of the user as well.
 */
export function restService(core: Core, shared: SharedData): Router {
  const callers = new WeakMap<Request, RestCaller>();
  const router = Router();
  router.use(function requireToken(req: Request, res: Response, next: NextFunction): void {
    const bearer = bearerOf(core, req);
    if (typeof bearer !== 'string') {
      callers.set(req, callerFrom(bearer.token));
      next();
    } else if (bearer === 'missing' && core.exchangeOf(req).query.has('access_token')) {
      sendRestError(res, 401, 40_004, 'The access token must be in the Authorization header.');
    } else {
      // Salesforce's own fuel-rest gets another token only when the header says this.
      if (bearer === 'invalid') res.set('WWW-Authenticate', 'Bearer error="invalid_token"');
      sendRestError(res, 401, 0, 'Not Authorized');
    }
  });
  router.get('/platform/v1/tokenContext', tokenContextEndpoint(core));
  router.get(['/platform/v1/endpoints', '/platform/v1/endpoints/:type'], endpointsEndpoint(core));
  router.get('/platform/v1/setup/quickflow/data', setupDataEndpoint(core));
  const context = { callerOf: (req: Request) => callers.get(req), now: core.clock.now, listRules: core.settings };
  router.use(restRoutes({ ...context, ...shared }));
  router.use(function noSuchRoute(_req: Request, res: Response): void {
    sendRestError(res, 404, 30_003, 'No such resource.');
  });
  return router;
}

function callerFrom(token: Issued): RestCaller {
  return {
    enterpriseId: token.tenant.enterpriseId,
    businessUnitId: token.businessUnitId,
    userId: token.user?.id,
    scopes: new Set(token.scopes),
    may: (scope) => may(token, scope),
  };
}
