import { randomUUID } from 'node:crypto';
import { Router, type Request, type Response } from 'express';
import { checkToken } from '../auth/bearer';
import type { Core } from '../core';
import type { SharedData } from '../platform/rest-service';
import type { Issued } from '../tokens/ledger';
import { answerDescribe } from './describe';
import { answerElement, envelope } from './envelope';
import { clientFault, FAULT_ACTION, securityFault, type SecurityFault } from './faults';
import { readRequest, type SoapRequest } from './request';
import { Retrieve } from './retrieve';
import { SoapFault } from './soap-errors';
import { SoapObjectTypes } from './soap-object-types';
import { answerWrite, isWriteOperation } from './write-actions';
import { wsdl } from './wsdl';
import { element } from './xml';
import { textIn } from './xml-lookup';

/** What the answer to each action is called, in the body and in the header. The emulator performs the first five. */
const ACTIONS: Readonly<Record<string, { readonly answer: string; readonly header: string }>> = {
  retrieve: { answer: 'RetrieveResponseMsg', header: 'RetrieveResponse' },
  create: { answer: 'CreateResponse', header: 'CreateResponse' },
  update: { answer: 'UpdateResponse', header: 'UpdateResponse' },
  delete: { answer: 'DeleteResponse', header: 'DeleteResponse' },
  describe: { answer: 'DefinitionResponseMsg', header: 'DescribeResponse' },
  perform: { answer: 'PerformResponseMsg', header: 'PerformResponse' },
  execute: { answer: 'ExecuteResponseMsg', header: 'ExecuteResponse' },
  configure: { answer: 'ConfigureResponseMsg', header: 'ConfigureResponse' },
  schedule: { answer: 'ScheduleResponseMsg', header: 'ScheduleResponse' },
};

/**
 * The SOAP host of a tenant: `POST /Service.asmx`, with the token in the envelope's `fueloauth` header. A token that has
 * ended is an HTTP 500 with the fault `Token Expired`; one that was never this tenant's, or none, with `Login Failed`.
 */
export function soapService(core: Core, data: SharedData): Router {
  const types = new SoapObjectTypes(core, data);
  const retrieve = new Retrieve(types, core.settings.soapBatchSize);
  const router = Router();

  /** The body of the answer to a request with a good token. */
  function perform({ action, message, asWritten }: SoapRequest, token: Issued): string {
    if (action === 'retrieve') return retrieve.answer(message, token);
    if (action === 'describe') return answerDescribe(message, types);
    if (isWriteOperation(action)) return answerWrite(action, message, { token, types, now: core.clock.now() });
    return notPerformed(action, asWritten);
  }

  router.get('/etframework.wsdl', (req, res) => {
    send(res, 200, wsdl(serviceUrl(core, req), types.fixed));
  });
  router.post('/Service.asmx', (req, res) => {
    let relatesTo: string | undefined;
    const answer = (status: number, action: string, body: string): void => {
      send(res, status, envelope(body, { action, relatesTo, now: core.clock.now() }));
    };
    try {
      const request = readRequest(core.exchangeOf(req).recorded);
      relatesTo = request.messageId;
      const value = textIn(request.header, 'fueloauth');
      const checked = checkToken(core, req, value);
      if (checked === 'invalid') {
        answer(500, FAULT_ACTION, securityFault(faultOf(core, req, value), serviceUrl(core, req)));
        return;
      }
      const { header } = actionOf(request);
      answer(200, header, perform(request, checked.token));
    } catch (error) {
      if (!(error instanceof SoapFault)) throw error;
      answer(500, FAULT_ACTION, clientFault(error.message));
    }
  });
  return router;
}

/** A token that this tenant has issued has expired or been taken back; any other is not known. */
function faultOf(core: Core, req: Request, value: string): SecurityFault {
  const issued = core.ledger.accessTokens.get(value);
  return issued?.tenant === core.exchangeOf(req).tenant ? 'Token Expired' : core.settings.unknownSoapToken;
}

function actionOf({ action, asWritten }: SoapRequest): { readonly answer: string; readonly header: string } {
  const found = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (found !== undefined) return found;
  throw new SoapFault(`Server did not recognize the value of HTTP Header SOAPAction: ${asWritten}.`);
}

function send(res: Response, status: number, xml: string): void {
  res.status(status).type('text/xml').send(xml);
}

function serviceUrl(core: Core, req: Request): string {
  const { location, tenant } = core.exchangeOf(req);
  return `${location.baseUrls('soap', tenant.subdomain)}/Service.asmx`;
}

function notPerformed(action: string, asWritten: string): string {
  const status = element('OverallStatus', `Error: the emulator does not perform ${asWritten}.`);
  return answerElement(ACTIONS[action]?.answer ?? action, [element('RequestID', randomUUID()), status]);
}
