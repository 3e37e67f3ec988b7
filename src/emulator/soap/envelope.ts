import { randomUUID } from 'node:crypto';
import { element, escapeXml } from './xml-writer';

/** The namespace of the API's own elements. */
export const API_NAMESPACE = 'http://exacttarget.com/wsdl/partnerAPI';
export const ADDRESSING_NAMESPACE = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
export const SECURITY_NAMESPACE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';

const NAMESPACES = {
  soap: 'http://schemas.xmlsoap.org/soap/envelope/',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
  xsd: 'http://www.w3.org/2001/XMLSchema',
  wsa: ADDRESSING_NAMESPACE,
  wsse: SECURITY_NAMESPACE,
  wsu: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd',
} as const;

/** The lifetime in the timestamp of an answer. */
const LIFETIME_MS = 5 * 60_000;

/** The values in the header of an answer. */
export interface Addressing {
  /** The name of the answer, such as `RetrieveResponse`, or the URI of a fault. */
  readonly action: string;
  /** The `wsa:MessageID` of the request; a random one is used when it has none. */
  readonly relatesTo: string | undefined;
  /** By the emulator's clock, in milliseconds since the epoch. */
  readonly now: number;
}

/** Creates a SOAP 1.1 envelope around a body, with the header blocks of recorded answers. */
export function createEnvelope(body: string, addressing: Addressing): string {
  const declared = Object.entries(NAMESPACES).map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`);
  const content = `<soap:Header>${header(addressing)}</soap:Header><soap:Body>${body}</soap:Body>`;
  return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope${declared.join('')}>${content}</soap:Envelope>`;
}

/** Creates the element of an answer, in the namespace of the API. */
export function answerElement(name: string, content: readonly string[]): string {
  return `<${name} xmlns="${API_NAMESPACE}">${content.join('')}</${name}>`;
}

function header({ action, relatesTo, now }: Addressing): string {
  const timestamp = [
    element('wsu:Created', toWholeSeconds(now)),
    element('wsu:Expires', toWholeSeconds(now + LIFETIME_MS)),
  ];
  return [
    element('wsa:Action', action),
    element('wsa:MessageID', `urn:uuid:${randomUUID()}`),
    element('wsa:RelatesTo', relatesTo ?? `urn:uuid:${randomUUID()}`),
    element('wsa:To', `${ADDRESSING_NAMESPACE}/role/anonymous`),
    element('wsse:Security', [
      `<wsu:Timestamp wsu:Id="${escapeXml(`Timestamp-${randomUUID()}`)}">${timestamp.join('')}</wsu:Timestamp>`,
    ]),
  ].join('');
}

function toWholeSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
