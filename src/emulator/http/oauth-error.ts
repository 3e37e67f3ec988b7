import type { Refusal } from '../options';
import { ErrorAnswer } from './error-answer';
import { createHostError } from './rest-error';

/** The `error_uri` of OAuth errors. */
export const ERROR_URI = 'https://developer.salesforce.com/docs';

/**
 * Creates an error in the OAuth format `{ error, error_description, error_uri }`.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/access-token-app.html
 */
export function createOAuthError(
  status: number,
  error: string,
  description: string,
  errorUri: string = ERROR_URI,
): ErrorAnswer {
  return new ErrorAnswer(status, { error, error_description: description, error_uri: errorUri });
}

/** Creates the error that an option such as `deadCode` configures: in the OAuth format, or in REST's without `error`. */
export function createConfiguredError(option: Refusal, description: string): ErrorAnswer {
  return option.error === undefined
    ? createHostError(option.status, 0, option.description ?? 'Not Authorized')
    : createOAuthError(option.status, option.error, option.description ?? description);
}

/** Creates the 400 for a parameter of a token request that is missing or not a string. */
export function missingParameter(name: string): ErrorAnswer {
  return createOAuthError(400, 'invalid_request', `The request must have one "${name}" parameter.`);
}
