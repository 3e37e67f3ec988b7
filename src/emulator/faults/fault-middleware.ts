import type { NextFunction, Request, Response } from 'express';
import { alterAnswer, captureAnswer } from './answer';
import { deliver, waitFor, type Reset } from './deliver';
import { hasOwnAnswer, happensAfter, type Fault } from './fault';

/** Creates the middleware that plays the fault of a request; without a fault the request goes on to its endpoint. */
export function faultMiddleware(
  takeFault: (req: Request) => Fault | undefined,
  reset: Reset,
): (req: Request, res: Response, next: NextFunction) => void {
  return function faultedRequest(req, res, next) {
    const fault = takeFault(req);
    if (fault === undefined) next();
    else play(fault, res, next, reset).catch(next);
  };
}

async function play(fault: Fault, res: Response, next: NextFunction, reset: Reset): Promise<void> {
  if (!happensAfter(fault)) {
    if (!(await waitFor(fault, res))) return;
    if (needsNoEndpoint(fault)) {
      deliver(alterAnswer(undefined, fault), fault, res, reset);
      return;
    }
  }
  const captured = captureAnswer(res);
  next();
  const real = await captured;
  if (happensAfter(fault) && !(await waitFor(fault, res))) return;
  deliver(alterAnswer(real, fault), fault, res, reset);
}

function needsNoEndpoint(fault: Fault): boolean {
  return hasOwnAnswer(fault) || fault.drop === 'before-headers' || fault.hang === 'before-headers';
}
