import express from 'express';
import type { Request, RequestHandler, Response } from 'express';
import type { RestCaller } from './caller';
import type { RestContext } from './context';
import { insufficientPrivileges, notAuthorized, RestError } from './rest-error';

/** What a route asks of a request before it looks at it. */
export interface Admission {
  /** The caller must hold one of these; which of them it is may matter again inside. */
  readonly anyScope: readonly string[];
  /** How large a JSON body the route takes, in bytes; without it the route reads no body. */
  readonly maxBodyBytes?: number;
}

/** A request that was let in. */
export interface Admitted {
  readonly caller: RestCaller;
  readonly req: Request;
  readonly res: Response;
}

/**
 * One route: who may call it, then what it does.
 *
 * The order is Marketing Cloud's: token, then rights, then body, then whether the thing exists. A call without the scope
 * gets 403 even for a data extension that does not exist, and even when its body is not JSON.
 */
export function endpoint(
  context: RestContext,
  admission: Admission,
  handle: (admitted: Admitted) => void,
): RequestHandler {
  const { anyScope, maxBodyBytes } = admission;
  const parseBody: RequestHandler | undefined =
    maxBodyBytes === undefined ? undefined : express.json({ limit: maxBodyBytes });

  return function restEndpoint(req, res, next) {
    const caller = context.callerOf(req);
    if (caller === undefined) throw notAuthorized();
    if (!anyScope.some((scope) => caller.may(scope))) throw insufficientPrivileges();
    if (parseBody === undefined) {
      handle({ caller, req, res });
      return;
    }
    if (!req.is('application/json')) throw new RestError(415, 10000, 'The Content-Type must be application/json.');
    parseBody(req, res, (error?: unknown) => {
      if (error !== undefined) {
        next(error);
        return;
      }
      // Express catches what a handler throws, but not what a callback of the parser throws.
      try {
        handle({ caller, req, res });
      } catch (thrown) {
        next(thrown);
      }
    });
  };
}

/** A parameter of the route's path, decoded. */
export function pathParameter(req: Request, name: string): string {
  const value: unknown = req.params[name];
  return typeof value === 'string' ? value : '';
}

/** The parsed JSON body, of which nothing is known yet. */
export function bodyOf(req: Request): unknown {
  const body: unknown = req.body;
  return body;
}
