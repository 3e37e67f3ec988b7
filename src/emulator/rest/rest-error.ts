import type { NextFunction, Request, Response } from 'express';

const documentation = 'https://developer.salesforce.com/docs/atlas.en-us.mc-apis.meta/mc-apis/error-handling.htm';

/** One line of `additionalErrors`, which only error 10006 carries. */
export interface AdditionalError {
  readonly message: string;
  readonly errorcode: number;
  readonly documentation: string;
}

/**
 * A refusal in the shape of Marketing Cloud's REST API: an HTTP status and `{message, errorcode, documentation}`.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/error-handling.html
 */
export class RestError extends Error {
  override readonly name = 'RestError';

  constructor(
    readonly status: number,
    readonly errorcode: number,
    message: string,
    readonly additionalErrors?: readonly AdditionalError[],
  ) {
    super(message);
  }
}

/** 401: the token is missing, unknown or expired; Marketing Cloud does not say which. */
export function notAuthorized(): RestError {
  return new RestError(401, 0, 'Not Authorized');
}

/** 403: the token is good, but lacks the scope, or its user the permission. A new token would not help. */
export function insufficientPrivileges(): RestError {
  return new RestError(403, 20002, 'Insufficient privileges to complete this action.');
}

/** 400 for one parameter or body member, by name: `Parameter $page is invalid. It must be …` */
export function invalidParameter(name: string, why: string): RestError {
  return new RestError(400, 10001, `Parameter ${name} is invalid. ${why}`);
}

/** 404: no such asset, data extension or journey in this business unit, though another may have it. */
export function notFound(what: string): RestError {
  return new RestError(404, 30003, `${what} was not found.`);
}

/** Last in the router: answers a RestError, and what the JSON parser refuses, in the REST shape; passes on the rest. */
export function answerRestErrors(error: unknown, _req: Request, res: Response, next: NextFunction): void {
  const refusal = error instanceof RestError ? error : fromBodyParser(error);
  if (refusal === undefined || res.headersSent) {
    next(error);
    return;
  }
  const { message, errorcode, additionalErrors } = refusal;
  res.status(refusal.status).json({ message, errorcode, documentation, ...(additionalErrors && { additionalErrors }) });
}

/** body-parser's errors carry a `type`, such as `entity.too.large`, and a client error's `status`. */
function fromBodyParser(error: unknown): RestError | undefined {
  if (!(error instanceof Error) || !('type' in error) || !('status' in error)) return undefined;
  const { status } = error;
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  const message = status === 413 ? 'The request body is too large.' : 'The request body is not valid JSON.';
  return new RestError(status, 10000, message);
}
