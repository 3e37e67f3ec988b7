import { ADDRESSING_NAMESPACE, SECURITY_NAMESPACE } from './envelope';
import { element } from './xml-writer';

/** The `wsa:Action` of an answer that is a fault. */
export const FAULT_ACTION = `${ADDRESSING_NAMESPACE}/fault`;

/** The text of the fault for an invalid token: it has expired or was revoked, or this tenant has not issued it. */
export type SecurityFault = 'Token Expired' | 'Login Failed';

/** A client fault: the service cannot read the request. It is answered with HTTP 500. */
export class SoapFault extends Error {
  override readonly name = 'SoapFault';
}

/**
 * An error that is not a fault. It is answered with HTTP 200: in a Retrieve with an `OverallStatus` of `Error: ` and the
 * message, in a Create, Update or Delete with a `StatusCode` of `Error`, the message and the number.
 */
export class SoapRefusal extends Error {
  override readonly name = 'SoapRefusal';
  /** The `ErrorCode`. Most numbers are not documented; 2 is the one for unexpected errors. */
  readonly errorCode: number;

  constructor(message: string, errorCode = 2) {
    super(message);
    this.errorCode = errorCode;
  }
}

/** Creates the fault for a body that is not a request, in the words of .NET. */
export function unreadable(reason: string): SoapFault {
  return new SoapFault(`Server was unable to read request. ---> There is an error in XML document. ---> ${reason}`);
}

/** Creates the fault for an `xsi:type` that the schema does not have. */
export function unknownType(name: string, namespace: string, at: string): SoapFault {
  return unreadable(`The specified type was not recognized: name='${name}', namespace='${namespace}', at <${at}>.`);
}

/**
 * Creates the element of a security fault, as in recorded answers.
 *
 * @param actor the address of the service
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/soap_faults.html
 */
export function createSecurityFault(faultstring: SecurityFault, actor: string): string {
  const code = `<faultcode xmlns:q0="${SECURITY_NAMESPACE}">q0:Security</faultcode>`;
  return element('soap:Fault', [code, element('faultstring', faultstring), element('faultactor', actor)]);
}

/** Creates the element of a client fault. */
export function createClientFault({ message }: SoapFault): string {
  return element('soap:Fault', [element('faultcode', 'soap:Client'), element('faultstring', message), '<detail />']);
}
