import type { Request, Response } from 'express';
import type { Core } from '../core';
import { bearerOf } from './bearer';
import { sendBearerRefusal } from './userinfo';

/**
 * `GET /v2/discovery`: a tenant's base URLs. Not OpenID discovery; Marketing Cloud has no `/.well-known` document.
 * Both parameters are required.
 */
export function discoveryEndpoint(core: Core): (req: Request, res: Response) => void {
  return function discoveryRoute(req, res) {
    const { location, query, tenant } = core.exchangeOf(req);
    const resource = query.get('resource') ?? '';
    if ((query.get('client_id') ?? '') === '' || !/^acct:.+/.test(resource)) {
      res.status(400).json({ message: 'Invalid request' });
      return;
    }
    const bearer = bearerOf(core, req);
    if (typeof bearer === 'string') {
      sendBearerRefusal(res, bearer);
      return;
    }
    const link = (service: 'auth' | 'rest') => ({
      rel: `${service}_instance_url`,
      href: location.baseUrls(service, tenant.subdomain),
    });
    res.json({ subject: resource, links: [link('auth'), link('rest')] });
  };
}
