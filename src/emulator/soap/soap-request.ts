import type { RecordedRequest } from '../request-log/request-log';
import { unreadable } from './soap-faults';
import { getText } from './xml-query';
import { getChild, parseXml, XmlError, type XmlElement } from './xml-reader';

/** A parsed request. */
export interface SoapRequest {
  readonly header: XmlElement | undefined;
  /** The first element of the body. */
  readonly message: XmlElement | undefined;
  /** The action in lower case, such as `retrieve`. */
  readonly action: string;
  /** The action as the request has it. */
  readonly asWritten: string;
  /** The `wsa:MessageID`. */
  readonly messageId: string | undefined;
}

/**
 * Parses the envelope of a request and its action: the HTTP header `SOAPAction` or, without it, `wsa:Action`.
 *
 * @throws SoapFault for a body that is not an envelope
 */
export function parseRequest({ rawBody, headers }: Pick<RecordedRequest, 'rawBody' | 'headers'>): SoapRequest {
  const root = parseEnvelope(rawBody);
  const header = getChild(root, 'Header');
  const named = String(headers['soapaction'] ?? '').replace(/"/g, '');
  const asWritten = named === '' ? getText(header, 'Action') : named;
  const messageId = getText(header, 'MessageID');
  return {
    header,
    message: getChild(root, 'Body')?.children[0],
    action: asWritten.toLowerCase(),
    asWritten,
    messageId: messageId === '' ? undefined : messageId,
  };
}

function parseEnvelope(text: string): XmlElement {
  try {
    const root = parseXml(text);
    if (root.name === 'Envelope') return root;
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw unreadable(error.message);
  }
  throw unreadable('There is no envelope.');
}
