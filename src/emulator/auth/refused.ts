import type { Refusal } from '../options';

/** Where Marketing Cloud's OAuth errors point to. */
export const ERROR_URI = 'https://developer.salesforce.com/docs';

/** Where Marketing Cloud's REST errors point to. */
export const ERROR_HANDLING_PAGE =
  'https://developer.salesforce.com/docs/atlas.en-us.mc-apis.meta/mc-apis/error-handling.htm';

/** An answer that refuses; thrown by the rules of an endpoint and sent by its route. */
export class Refused extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(`refused with ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** The OAuth dialect. @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/access-token-app.html */
export function oauthRefusal(status: number, error: string, description: string): Refused {
  return new Refused(status, { error, error_description: description, error_uri: ERROR_URI });
}

/** The REST dialect, which the token endpoint speaks at times. */
export function restRefusal(status: number, errorcode: number, message: string): Refused {
  return new Refused(status, { documentation: ERROR_HANDLING_PAGE, errorcode, message });
}

/** A refusal whose words the options set. */
export function refusalFrom(option: Refusal, description: string): Refused {
  return option.error === undefined
    ? restRefusal(option.status, 0, option.description ?? 'Not Authorized')
    : oauthRefusal(option.status, option.error, option.description ?? description);
}

/** 400 for a parameter that is missing or not a string. */
export function missingParameter(name: string): Refused {
  return oauthRefusal(400, 'invalid_request', `The request must have one "${name}" parameter.`);
}
