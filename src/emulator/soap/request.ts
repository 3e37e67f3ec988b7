import type { RecordedRequest } from '../request-log';
import { unreadable } from './soap-errors';
import { textIn } from './xml-lookup';
import { childOf, readXml, XmlError, type XmlElement } from './xml-reader';

/** A request to the service, taken apart. */
export interface SoapRequest {
  readonly header: XmlElement | undefined;
  /** What the body holds. */
  readonly message: XmlElement | undefined;
  /** What is to be done, in small letters: `retrieve`. */
  readonly action: string;
  /** The same as it came. */
  readonly asWritten: string;
  /** The `wsa:MessageID`. */
  readonly messageId: string | undefined;
}

/**
 * Reads the envelope of a request, and its action: an HTTP header or, as WS-Addressing has it, one of the envelope.
 *
 * @throws SoapFault for a body that is no envelope
 */
export function readRequest({ rawBody, headers }: Pick<RecordedRequest, 'rawBody' | 'headers'>): SoapRequest {
  const root = readEnvelope(rawBody);
  const header = childOf(root, 'Header');
  const named = String(headers['soapaction'] ?? '').replace(/"/g, '');
  const asWritten = named === '' ? textIn(header, 'Action') : named;
  const messageId = textIn(header, 'MessageID');
  return {
    header,
    message: childOf(root, 'Body')?.children[0],
    action: asWritten.toLowerCase(),
    asWritten,
    messageId: messageId === '' ? undefined : messageId,
  };
}

function readEnvelope(text: string): XmlElement {
  try {
    const root = readXml(text);
    if (root.name === 'Envelope') return root;
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw unreadable(error.message);
  }
  throw unreadable('There is no envelope.');
}
