import type { Request, Response } from 'express';
import type { Core } from '../core';
import { sendError } from '../http/error-answer';
import { RestError } from '../http/rest-error';
import { createBearerError, parseBearer } from './bearer';

/**
 * `GET /v2/discovery`: the base URLs of a tenant. The parameters `client_id` and `resource` are required. This is not
 * OpenID Connect Discovery: Marketing Cloud has no `/.well-known` document.
 */
export function discoveryRoute(core: Core): (req: Request, res: Response) => void {
  return function sendDiscovery(req, res) {
    const { location, query, tenant } = core.getExchange(req);
    const resource = query.get('resource') ?? '';
    if ((query.get('client_id') ?? '') === '' || !/^acct:.+/.test(resource)) {
      sendError(res, new RestError(400, 0, 'Invalid request', { message: 'Invalid request' }));
      return;
    }
    const bearer = parseBearer(core, req);
    if (typeof bearer === 'string') {
      sendError(res, createBearerError(bearer));
      return;
    }
    const link = (service: 'auth' | 'rest') => ({
      rel: `${service}_instance_url`,
      href: location.baseUrls(service, tenant.subdomain),
    });
    res.json({ subject: resource, links: [link('auth'), link('rest')] });
  };
}
