import type { Request, Response } from 'express';
import type { Core, Exchange } from '../../core';
import { sendError } from '../../http/error-answer';
import { createHostError } from '../../http/rest-error';

interface EndpointItem {
  readonly type: 'ftp' | 'rest' | 'soap' | 'restAuth';
  readonly url: string;
}

/**
 * `GET /platform/v1/endpoints` and `/platform/v1/endpoints/{type}`: the addresses of the services. `?IsTSE=true` asks for
 * the tenant-specific addresses instead of the shared ones of the stack.
 */
export function serviceEndpointsRoute(core: Core): (req: Request, res: Response) => void {
  return function sendServiceEndpoints(req, res) {
    const exchange = core.getExchange(req);
    const isTenantSpecific = exchange.query.get('IsTSE')?.toLowerCase() === 'true';
    const items = isTenantSpecific ? createTenantItems(exchange) : createStackItems(exchange);
    const [type] = /(?<=\/platform\/v1\/endpoints\/)[^/]+/i.exec(exchange.location.path) ?? [];
    if (type === undefined) {
      res.json({ page: 1, pageSize: 50, count: items.length, items });
      return;
    }
    const item = items.find((each) => each.type.toLowerCase() === type.toLowerCase());
    if (item !== undefined) res.json(item);
    else sendError(res, createHostError(404, 30_003, `No endpoint exists for key '${type}'.`, ''));
  };
}

function createTenantItems({ location, tenant }: Exchange): readonly EndpointItem[] {
  const base = (service: 'auth' | 'rest' | 'soap') => location.baseUrls(service, tenant.subdomain);
  return [
    { type: 'ftp', url: `${tenant.subdomain}.ftp.marketingcloudops.com` },
    { type: 'rest', url: `${base('rest')}/` },
    { type: 'restAuth', url: `${base('auth')}/` },
    { type: 'soap', url: `${base('soap')}/Service.asmx` },
  ];
}

function createStackItems({ tenant }: Exchange): readonly EndpointItem[] {
  const stack = tenant.stackKey.toLowerCase();
  return [
    { type: 'ftp', url: `ftp.${stack}.exacttarget.com` },
    { type: 'rest', url: 'https://www.exacttargetapis.com/' },
    { type: 'restAuth', url: 'https://auth.exacttargetapis.com/' },
    { type: 'soap', url: `https://webservice.${stack}.exacttarget.com/Service.asmx` },
  ];
}
