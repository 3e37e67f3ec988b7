import { randomUUID } from 'node:crypto';
import { Router, type Request, type Response } from 'express';
import { checkToken } from '../auth/bearer';
import type { Core } from '../core';
import type { SharedData } from '../data/shared-data';
import type { IssuedToken } from '../tokens/token-store';
import { answerDescribe } from './describe';
import { answerElement, createEnvelope } from './envelope';
import { createClientFault, FAULT_ACTION, createSecurityFault, type SecurityFault } from './soap-faults';
import { parseRequest, type SoapRequest } from './soap-request';
import { Retrieve } from './retrieve';
import { SoapFault } from './soap-faults';
import { SoapTypes } from './types/all-types';
import { answerWrite, isWriteOperation } from './write';
import { createWsdl } from './wsdl';
import { element } from './xml-writer';
import { getText } from './xml-query';

/** The name of the answer to each action, in the body and in the header. The emulator performs the first five. */
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
 * Creates the SOAP host of a tenant: `POST /Service.asmx`, with the token in the envelope's `fueloauth` header, and
 * `GET /etframework.wsdl`. An expired or revoked token gets HTTP 500 with the fault `Token Expired`, a missing or unknown
 * one `Login Failed` (or what the option `unknownSoapToken` says).
 */
export function createSoapService(core: Core, data: SharedData): Router {
  const types = new SoapTypes(core, data);
  const retrieve = new Retrieve(types, core.settings.soapBatchSize);
  const router = Router();

  /** Returns the body of the answer to a request with a valid token. */
  function perform({ action, message, asWritten }: SoapRequest, token: IssuedToken): string {
    if (action === 'retrieve') return retrieve.answer(message, token);
    if (action === 'describe') return answerDescribe(message, types);
    if (isWriteOperation(action)) return answerWrite(action, message, { token, types, now: core.clock.now() });
    return answerNotPerformed(action, asWritten);
  }

  router.get('/etframework.wsdl', (req, res) => {
    send(res, 200, createWsdl(getServiceUrl(core, req), types.named));
  });
  router.post('/Service.asmx', (req, res) => {
    let relatesTo: string | undefined;
    const sendEnvelope = (status: number, action: string, body: string): void => {
      send(res, status, createEnvelope(body, { action, relatesTo, now: core.clock.now() }));
    };
    try {
      const request = parseRequest(core.getExchange(req).recorded);
      relatesTo = request.messageId;
      const value = getText(request.header, 'fueloauth');
      const checked = checkToken(core, req, value);
      if (checked === 'invalid') {
        sendEnvelope(500, FAULT_ACTION, createSecurityFault(chooseFault(core, req, value), getServiceUrl(core, req)));
        return;
      }
      const { header } = findAction(request);
      sendEnvelope(200, header, perform(request, checked.token));
    } catch (error) {
      if (!(error instanceof SoapFault)) throw error;
      sendEnvelope(500, FAULT_ACTION, createClientFault(error));
    }
  });
  return router;
}

/** Returns the fault for an invalid token: a token that this tenant has issued has expired or was revoked. */
function chooseFault(core: Core, req: Request, value: string): SecurityFault {
  const issued = core.tokens.accessTokens.get(value);
  return issued?.tenant === core.getExchange(req).tenant ? 'Token Expired' : core.settings.unknownSoapToken;
}

function findAction({ action, asWritten }: SoapRequest): { readonly answer: string; readonly header: string } {
  const found = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (found !== undefined) return found;
  throw new SoapFault(`Server did not recognize the value of HTTP Header SOAPAction: ${asWritten}.`);
}

function send(res: Response, status: number, xml: string): void {
  res.status(status).type('text/xml').send(xml);
}

function getServiceUrl(core: Core, req: Request): string {
  const { location, tenant } = core.getExchange(req);
  return `${location.baseUrls('soap', tenant.subdomain)}/Service.asmx`;
}

function answerNotPerformed(action: string, asWritten: string): string {
  const status = element('OverallStatus', `Error: the emulator does not perform ${asWritten}.`);
  return answerElement(ACTIONS[action]?.answer ?? action, [element('RequestID', randomUUID()), status]);
}
