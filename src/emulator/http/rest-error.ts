import type { NextFunction, Request, Response } from 'express';
import { InputError } from '../data/input-error';
import { ErrorAnswer, sendError } from './error-answer';

/** The page that `documentation` of REST errors names. */
export const ERROR_HANDLING_PAGE =
  'https://developer.salesforce.com/docs/atlas.en-us.mc-apis.meta/mc-apis/error-handling.htm';

/** Creates the body of a REST error. The members of `more` follow `errorcode`, in their order. */
export function toRestErrorBody(
  errorcode: number,
  message: string,
  more: Readonly<Record<string, unknown>> = { documentation: ERROR_HANDLING_PAGE },
): Readonly<Record<string, unknown>> {
  return { message, errorcode, ...more };
}

/**
 * An error of a REST route: a status and `{ message, errorcode, documentation }`.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/error-handling.html
 */
export class RestError extends ErrorAnswer {
  override readonly name = 'RestError';
  readonly errorcode: number;

  constructor(status: number, errorcode: number, message: string, body = toRestErrorBody(errorcode, message)) {
    super(status, body, message);
    this.errorcode = errorcode;
  }
}

/**
 * Creates an error of the host, before or beside the routes: a bad token, an unknown path. Its members are in
 * alphabetical order, as in recorded answers.
 */
export function createHostError(
  status: number,
  errorcode: number,
  message: string,
  documentation: string = ERROR_HANDLING_PAGE,
): RestError {
  return new RestError(status, errorcode, message, { documentation, errorcode, message });
}

/** Creates the 400 of the asynchronous routes, which has a list of `resultMessages`. */
export function createResultMessagesError(resultCode: string, message: string): RestError {
  const resultMessages = [{ resultType: 'Error', resultClass: 'Error', resultCode, message }];
  return new RestError(400, 0, message, { resultMessages });
}

/** 401: the token is missing, unknown or expired; Marketing Cloud does not tell which. */
export function notAuthorized(): RestError {
  return new RestError(401, 0, 'Not Authorized');
}

/** 403: the token is valid, but its scopes or the permissions of its user do not allow the call. */
export function insufficientPrivileges(): RestError {
  return new RestError(403, 20_002, 'Insufficient privileges to complete this action.');
}

/** 404: the object does not exist in the caller's business unit. */
export function notFound(what: string): RestError {
  return new RestError(404, 30_003, `${what} was not found.`);
}

/** The error middleware of the REST routes. It sends expected errors and passes every other error on. */
export function sendRestErrors(error: unknown, _req: Request, res: Response, next: NextFunction): void {
  const answer = toRestError(error);
  if (answer === undefined || res.headersSent) next(error);
  else sendError(res, answer);
}

function toRestError(error: unknown): RestError | undefined {
  if (error instanceof RestError) return error;
  return error instanceof InputError ? fromInputError(error) : fromBodyParser(error);
}

function fromInputError({ errorcode, message, details }: InputError): RestError {
  const additionalErrors = details.map((detail) => ({ ...detail, documentation: '' }));
  const more = { documentation: ERROR_HANDLING_PAGE, ...(details.length > 0 && { additionalErrors }) };
  return new RestError(400, errorcode, message, toRestErrorBody(errorcode, message, more));
}

/** Errors of body-parser have a `type`, such as `entity.too.large`, and a `status` from 400 to 499. */
function fromBodyParser(error: unknown): RestError | undefined {
  if (!(error instanceof Error) || !('type' in error) || !('status' in error)) return undefined;
  const { status } = error;
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  const message = status === 413 ? 'The request body is too large.' : 'The request body is not valid JSON.';
  return new RestError(status, 10_000, message);
}
