/** A fault by the client: the service cannot even read the request, as .NET's services put it. */
export class SoapFault extends Error {
  override readonly name = 'SoapFault';
}

/** A refusal that is no fault: HTTP 200, and an `OverallStatus` of `Error: ` and the message. */
export class SoapRefusal extends Error {
  override readonly name = 'SoapRefusal';
}

/** The fault for a body that is no request, with .NET's reason. */
export function unreadable(reason: string): SoapFault {
  return new SoapFault(`Server was unable to read request. ---> There is an error in XML document. ---> ${reason}`);
}
