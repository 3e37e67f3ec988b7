import { randomUUID } from 'node:crypto';
import { Router, type Request, type Response } from 'express';
import { checkToken } from '../auth/bearer';
import type { Core } from '../core';
import type { DataExtensions } from '../rest';
import { Retrieve } from './retrieve';
import { SoapFault, unreadable } from './soap-errors';
import { SoapObjectTypes } from './soap-object-types';
import { wsdl } from './wsdl';
import { element, envelope } from './xml';
import { childOf, readXml, XmlError, type XmlElement } from './xml-reader';

const SECURITY_NAMESPACE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';

/** What the answer to each action is called; the emulator performs none of them but Retrieve. */
const ANSWERS: ReadonlyMap<string, string> = new Map([
  ['create', 'CreateResponse'],
  ['update', 'UpdateResponse'],
  ['delete', 'DeleteResponse'],
  ['perform', 'PerformResponseMsg'],
  ['execute', 'ExecuteResponseMsg'],
  ['configure', 'ConfigureResponseMsg'],
  ['schedule', 'ScheduleResponseMsg'],
  ['describe', 'DefinitionResponseMsg'],
]);

/**
 * The SOAP host of a tenant: `POST /Service.asmx`, with the token in the envelope's `fueloauth` header. A token that is
 * missing, expired or another tenant's is an HTTP 500 with the fault `Token Expired`.
 */
export function soapService(core: Core, dataExtensions: DataExtensions): Router {
  const types = new SoapObjectTypes(dataExtensions);
  const retrieve = new Retrieve(types);
  const router = Router();
  router.get('/etframework.wsdl', (req, res) => {
    send(res, 200, wsdl(serviceUrl(core, req), types.fixed));
  });
  router.post('/Service.asmx', (req, res) => {
    try {
      const { header, message, action } = readRequest(core, req);
      const checked = checkToken(core, req, childOf(header, 'fueloauth')?.text.trim());
      if (checked === 'invalid') {
        send(res, 500, envelope(tokenExpired(serviceUrl(core, req))));
        return;
      }
      if (action.toLowerCase() === 'retrieve') send(res, 200, envelope(retrieve.answer(message, checked.token)));
      else send(res, 200, envelope(notPerformed(action)));
    } catch (error) {
      if (!(error instanceof SoapFault)) throw error;
      send(res, 500, envelope(clientFault(error.message)));
    }
  });
  return router;
}

interface SoapRequest {
  readonly header: XmlElement | undefined;
  /** What the body holds. */
  readonly message: XmlElement | undefined;
  readonly action: string;
}

/** The envelope of a request, and its action: an HTTP header or, as WS-Addressing has it, one of the envelope. */
function readRequest(core: Core, req: Request): SoapRequest {
  const { rawBody, headers } = core.exchangeOf(req).recorded;
  const root = readEnvelope(rawBody);
  const header = childOf(root, 'Header');
  const named = String(headers['soapaction'] ?? '').replace(/"/g, '');
  return {
    header,
    message: childOf(root, 'Body')?.children[0],
    action: named === '' ? (childOf(header, 'Action')?.text.trim() ?? '') : named,
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

function send(res: Response, status: number, xml: string): void {
  res.status(status).type('text/xml').send(xml);
}

function serviceUrl(core: Core, req: Request): string {
  const { location, tenant } = core.exchangeOf(req);
  return `${location.baseUrls('soap', tenant.subdomain)}/Service.asmx`;
}

function tokenExpired(actor: string): string {
  const code = `<faultcode xmlns:q0="${SECURITY_NAMESPACE}">q0:Security</faultcode>`;
  return element('soap:Fault', [code, element('faultstring', 'Token Expired'), element('faultactor', actor)]);
}

function clientFault(text: string): string {
  return element('soap:Fault', [element('faultcode', 'soap:Client'), element('faultstring', text)]);
}

function notPerformed(action: string): string {
  const answerName = ANSWERS.get(action.toLowerCase());
  if (answerName === undefined) {
    throw new SoapFault(`Server did not recognize the value of HTTP Header SOAPAction: ${action}.`);
  }
  const status = element('OverallStatus', `Error: the emulator does not perform ${action}.`);
  const content = `${element('RequestID', randomUUID())}${status}`;
  return `<${answerName} xmlns="http://exacttarget.com/wsdl/partnerAPI">${content}</${answerName}>`;
}
