/** A fault by the client: the service cannot even read the request, as .NET's services put it. */
export class SoapFault extends Error {
  override readonly name = 'SoapFault';
}

/**
 * A refusal that is no fault: HTTP 200 and, in a Retrieve, an `OverallStatus` of `Error: ` and the message; in a Create,
 * Update or Delete a `StatusCode` of `Error`, the message and the number.
 */
export class SoapRefusal extends Error {
  override readonly name = 'SoapRefusal';
  /** The `ErrorCode`. Most of the numbers are not documented: 2 is the one for anything unexpected. */
  readonly errorCode: number;

  constructor(message: string, errorCode = 2) {
    super(message);
    this.errorCode = errorCode;
  }
}

/** The fault for a body that is no request, with .NET's reason. */
export function unreadable(reason: string): SoapFault {
  return new SoapFault(`Server was unable to read request. ---> There is an error in XML document. ---> ${reason}`);
}

/** The fault for an `xsi:type` that the schema does not have. */
export function unknownType(name: string, namespace: string, at: string): SoapFault {
  return unreadable(`The specified type was not recognized: name='${name}', namespace='${namespace}', at <${at}>.`);
}
