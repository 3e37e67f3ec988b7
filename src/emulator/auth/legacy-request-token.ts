import type { Request, Response } from 'express';
import type { Core } from '../core';
import { sendError } from '../http/error-answer';
import { RestError, toRestErrorBody } from '../http/rest-error';

const NOT_ELIGIBLE =
  'This integration is not eligible to use the legacy /v1/requestToken endpoint because the integration uses enhanced OAuth 2.0 functionality. To obtain a token for this integration, use the /v2/token endpoint.';

/**
 * `POST /v1/requestToken`, the token endpoint of legacy packages. It answers only errors, because the emulator's packages
 * are enhanced ones. The bodies have been recorded; the statuses are guesses.
 */
export function legacyRequestTokenRoute(core: Core): (req: Request, res: Response) => void {
  return function sendLegacyError(req, res) {
    const { body } = core.getExchange(req).recorded;
    const clientId = typeof body === 'object' && body !== null && 'clientId' in body ? body.clientId : undefined;
    const isKnown = typeof clientId === 'string' && core.world.findPackage(clientId) !== undefined;
    sendError(res, isKnown ? createError(400, 10_007, NOT_ELIGIBLE) : createError(401, 1, 'Unauthorized'));
  };
}

function createError(status: number, errorcode: number, message: string): RestError {
  return new RestError(status, errorcode, message, toRestErrorBody(errorcode, message, { documentation: '' }));
}
