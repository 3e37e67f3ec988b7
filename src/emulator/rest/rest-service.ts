import { Router, type NextFunction, type Request, type Response } from 'express';
import { parseBearer } from '../auth/bearer';
import type { Core } from '../core';
import type { SharedData } from '../data/shared-data';
import { sendError } from '../http/error-answer';
import { createHostError } from '../http/rest-error';
import type { IssuedToken } from '../tokens/token-store';
import { hasPermission } from '../tokens/permissions';
import { serviceEndpointsRoute } from './platform/service-endpoints';
import { setupDataRoute } from './platform/setup-data';
import { tokenContextRoute } from './platform/token-context';
import type { RestCaller } from './rest-context';
import { createRestRoutes } from './rest-routes';

/**
 * Creates the REST host of a tenant. Every path needs a valid access token of this tenant in the `Authorization` header.
 * A call is allowed by the scopes of the token that are also permissions of its user.
 */
export function createRestService(core: Core, data: SharedData): Router {
  const callers = new WeakMap<Request, RestCaller>();
  const router = Router();
  router.use(function requireToken(req: Request, res: Response, next: NextFunction): void {
    const bearer = parseBearer(core, req);
    if (typeof bearer !== 'string') {
      callers.set(req, toCaller(bearer.token));
      next();
    } else if (bearer === 'missing' && core.getExchange(req).query.has('access_token')) {
      sendError(res, createHostError(401, 40_004, 'The access token must be in the Authorization header.'));
    } else {
      // Salesforce's fuel-rest requests a new token only when this header is present.
      if (bearer === 'invalid') res.set('WWW-Authenticate', 'Bearer error="invalid_token"');
      sendError(res, createHostError(401, 0, 'Not Authorized'));
    }
  });
  router.get('/platform/v1/tokenContext', tokenContextRoute(core));
  router.get(['/platform/v1/endpoints', '/platform/v1/endpoints/:type'], serviceEndpointsRoute(core));
  router.get('/platform/v1/setup/quickflow/data', setupDataRoute(core));
  const context = {
    getCaller: (req: Request) => callers.get(req),
    now: core.clock.now,
    listRules: core.settings,
  };
  router.use(createRestRoutes({ ...context, ...data }));
  router.use(function answerUnknownPath(_req: Request, res: Response): void {
    sendError(res, createHostError(404, 30_003, 'No such resource.'));
  });
  return router;
}

function toCaller(token: IssuedToken): RestCaller {
  return {
    enterpriseId: token.tenant.enterpriseId,
    businessUnitId: token.businessUnitId,
    userId: token.user?.id,
    hasPermission: (scope) => hasPermission(token, scope),
  };
}
