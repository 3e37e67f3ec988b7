import express from 'express';
import type { Request, RequestHandler, Response } from 'express';
import { insufficientPrivileges, notAuthorized, RestError } from '../http/rest-error';
import type { RestCaller, RestContext } from './rest-context';

/** What a route requires of a request before it handles it. */
export interface Admission {
  /** The caller needs one of these scopes. */
  readonly anyScope: readonly string[];
  /** The maximum size of the JSON body, in bytes. Without it the route reads no body. */
  readonly maxBodyBytes?: number;
}

/** A request whose caller has one of the scopes. */
export interface AdmittedRequest {
  readonly caller: RestCaller;
  readonly req: Request;
  readonly res: Response;
}

/**
 * Creates the handler of one route from its admission and what it does.
 *
 * The checks are in Marketing Cloud's order: token, scopes, body, existence of the object. A call without the scope gets
 * 403, even for an object that does not exist and with a body that is not JSON.
 *
 * @throws RestError 401, 403 or 415, before `handle` runs
 */
export function endpoint(
  context: RestContext,
  { anyScope, maxBodyBytes }: Admission,
  handle: (request: AdmittedRequest) => void,
): RequestHandler {
  const parseBody: RequestHandler | undefined =
    maxBodyBytes === undefined ? undefined : express.json({ limit: maxBodyBytes });

  return function restEndpoint(req, res, next) {
    const caller = context.getCaller(req);
    if (caller === undefined) throw notAuthorized();
    if (!anyScope.some((scope) => caller.hasPermission(scope))) throw insufficientPrivileges();
    if (parseBody === undefined) {
      handle({ caller, req, res });
      return;
    }
    if (!req.is('application/json')) throw new RestError(415, 10_000, 'The Content-Type must be application/json.');
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

/** Returns a decoded parameter of the route's path; empty when the route has no such parameter. */
export function getPathParameter(req: Request, name: string): string {
  const value: unknown = req.params[name];
  return typeof value === 'string' ? value : '';
}

/** Returns the parsed JSON body, unchecked. */
export function getBody(req: Request): unknown {
  const body: unknown = req.body;
  return body;
}
