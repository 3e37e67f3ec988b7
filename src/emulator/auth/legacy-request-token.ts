import type { Request, Response } from 'express';
import type { Core } from '../core';

/**
 * `POST /v1/requestToken`, the endpoint of legacy packages: it knows our packages and refuses them, since they are
 * enhanced ones. The statuses are guesses, the bodies have been seen.
 */
export function legacyRequestTokenEndpoint(core: Core): (req: Request, res: Response) => void {
  return function legacyRequestTokenRoute(req, res) {
    const { body } = core.exchangeOf(req).recorded;
    const clientId = typeof body === 'object' && body !== null && 'clientId' in body ? body.clientId : undefined;
    if (typeof clientId === 'string' && core.world.findPackage(clientId) !== undefined) {
      const message =
        'This integration is not eligible to use the legacy /v1/requestToken endpoint because the integration uses enhanced OAuth 2.0 functionality. To obtain a token for this integration, use the /v2/token endpoint.';
      res.status(400).json({ message, errorcode: 10_007, documentation: '' });
    } else res.status(401).json({ message: 'Unauthorized', errorcode: 1, documentation: '' });
  };
}
