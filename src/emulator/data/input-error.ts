/** What is wrong with one value of a row. */
export interface InputErrorDetail {
  readonly message: string;
  readonly errorcode: number;
}

/**
 * A parameter, a body or a row that is not accepted. REST answers it with status 400, SOAP with a result of `Error`.
 *
 * `errorcode` is Marketing Cloud's number: 10000 for a missing key, 10001 for an invalid parameter, 10006 for rows with
 * invalid values (`details` then has an entry for each value).
 */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly errorcode: number;
  readonly details: readonly InputErrorDetail[];

  constructor(errorcode: number, message: string, details: readonly InputErrorDetail[] = []) {
    super(message);
    this.errorcode = errorcode;
    this.details = details;
  }
}

/** Creates the error for one parameter or body member: `Parameter $page is invalid. It must be …` */
export function invalidParameter(name: string, reason: string): InputError {
  return new InputError(10_001, `Parameter ${name} is invalid. ${reason}`);
}
