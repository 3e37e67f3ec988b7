import { ADDRESSING_NAMESPACE, SECURITY_NAMESPACE } from './envelope';
import { element } from './xml';

/** The `wsa:Action` of an answer that is a fault. */
export const FAULT_ACTION = `${ADDRESSING_NAMESPACE}/fault`;

/** What the service says of a token that does not count: it has ended, or it was never one of this tenant's. */
export type SecurityFault = 'Token Expired' | 'Login Failed';

/**
 * A security fault, as recorded answers have it.
 *
 * @param actor the service's own address
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/soap_faults.html
 */
export function securityFault(faultstring: SecurityFault, actor: string): string {
  const code = `<faultcode xmlns:q0="${SECURITY_NAMESPACE}">q0:Security</faultcode>`;
  return element('soap:Fault', [code, element('faultstring', faultstring), element('faultactor', actor)]);
}

/** The fault for a request that cannot be read. */
export function clientFault(text: string): string {
  return element('soap:Fault', [element('faultcode', 'soap:Client'), element('faultstring', text), '<detail />']);
}
