import type { Request, Response } from 'express';
import { parseBearer } from '../../auth/bearer';
import type { Core } from '../../core';
import { sendError } from '../../http/error-answer';
import { createHostError } from '../../http/rest-error';

/**
 * `GET /platform/v1/tokenContext`: the enterprise, business unit and user of the access token. No scope is needed. The
 * status is the option `tokenContextStatus`: 202, as documented, or 200.
 */
export function tokenContextRoute(core: Core): (req: Request, res: Response) => void {
  return function sendTokenContext(req, res) {
    const bearer = parseBearer(core, req);
    if (typeof bearer === 'string') {
      sendError(res, createHostError(401, 0, 'Not Authorized'));
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
