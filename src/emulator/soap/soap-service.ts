import { randomUUID } from 'node:crypto';
import { Router, type Request, type Response } from 'express';
import { checkToken } from '../auth/bearer';
import type { Core } from '../core';
import { Retrieve } from './retrieve';
import { element, envelope, escapeXml, textsOf } from './xml';

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
export function soapService(core: Core): Router {
  const retrieve = new Retrieve();
  const router = Router();
  router.get('/etframework.wsdl', (req, res) => {
    send(res, 200, wsdl(serviceUrl(core, req)));
  });
  router.post('/Service.asmx', (req, res) => {
    const { rawBody, headers } = core.exchangeOf(req).recorded;
    const checked = checkToken(core, req, textsOf(rawBody, 'fueloauth')[0]);
    if (checked === 'invalid') {
      send(res, 500, envelope(securityFault(serviceUrl(core, req))));
      return;
    }
    const action = String(headers['soapaction'] ?? '').replace(/"/g, '');
    const answerName = ANSWERS.get(action.toLowerCase());
    if (action.toLowerCase() === 'retrieve') send(res, 200, envelope(retrieve.answer(rawBody, checked.token)));
    else if (answerName === undefined) send(res, 500, envelope(clientFault(action)));
    else send(res, 200, envelope(notPerformed(answerName, action)));
  });
  return router;
}

function send(res: Response, status: number, xml: string): void {
  res.status(status).type('text/xml').send(xml);
}

function serviceUrl(core: Core, req: Request): string {
  const { location, tenant } = core.exchangeOf(req);
  return `${location.baseUrls('soap', tenant.subdomain)}/Service.asmx`;
}

function securityFault(actor: string): string {
  const code = `<faultcode xmlns:q0="${SECURITY_NAMESPACE}">q0:Security</faultcode>`;
  const fault = [code, element('faultstring', 'Token Expired'), element('faultactor', actor)];
  return element('soap:Fault', fault);
}

function clientFault(action: string): string {
  const text = `Server did not recognize the value of HTTP Header SOAPAction: ${action}.`;
  return element('soap:Fault', [element('faultcode', 'soap:Client'), element('faultstring', text)]);
}

function notPerformed(answerName: string, action: string): string {
  const status = element('OverallStatus', `Error: the emulator does not perform ${action}.`);
  const content = `${element('RequestID', randomUUID())}${status}`;
  return `<${answerName} xmlns="http://exacttarget.com/wsdl/partnerAPI">${content}</${answerName}>`;
}

/** Just the address of the service: the real document describes hundreds of types. */
function wsdl(address: string): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"',
    ' targetNamespace="http://exacttarget.com/wsdl/partnerAPI"><service name="PartnerAPI"><port name="Soap">',
    `<soap:address location="${escapeXml(address)}"/></port></service></definitions>`,
  ].join('');
}
