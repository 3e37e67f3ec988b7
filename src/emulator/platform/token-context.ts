import type { Request, Response } from 'express';
import type { Core } from '../core';
import { bearerOf } from '../auth/bearer';
import { restRefusal } from '../auth/refused';

/** Sends an error in the REST dialect. */
export function sendRestError(res: Response, status: number, errorcode: number, message: string): void {
  res.status(status).json(restRefusal(status, errorcode, message).body);
}

/**
 * `GET /platform/v1/tokenContext`: the enterprise, business unit and user of any token. 202, as documented, or 200 by
 * the option `tokenContextStatus`.
 */
export function tokenContextEndpoint(core: Core): (req: Request, res: Response) => void {
  return function tokenContextRoute(req, res) {
    const bearer = bearerOf(core, req);
    if (typeof bearer === 'string') {
      sendRestError(res, 401, 0, 'Not Authorized');
      return;
    }
    const { tenant, businessUnitId, user, installed } = bearer.token;
    res.status(core.settings.tokenContextStatus).json({
      enterprise: { id: tenant.enterpriseId },
      organization: { id: businessUnitId },
      user: { id: user?.id ?? installed.apiUserId },
    });
  };
}
