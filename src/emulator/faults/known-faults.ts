import { ERROR_URI } from '../http/oauth-error';
import { ERROR_HANDLING_PAGE, toRestErrorBody } from '../http/rest-error';
import type { Fault } from './fault';
import { REST_BODIES, REST_ERRORS } from './known-rest-answers';

function restFault(
  status: number,
  errorcode: number,
  message: string,
  more?: Readonly<Record<string, unknown>>,
): Fault {
  return { status, body: toRestErrorBody(errorcode, message, more) };
}

function soapFault(content: string): Fault {
  return {
    status: 500,
    headers: { 'Content-Type': 'text/xml; charset=utf-8' },
    body: `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>${content}</soap:Fault></soap:Body></soap:Envelope>`,
  };
}

/** It has the older of the two namespaces in recorded answers; the SOAP service of the emulator uses the newer one. */
function soapSecurityFault(faultstring: string): Fault {
  return soapFault(
    `<faultcode xmlns:q0="http://schemas.xmlsoap.org/ws/2002/12/secext">q0:Security</faultcode><faultstring>${faultstring}</faultstring>`,
  );
}

/**
 * Error answers of Marketing Cloud that are recorded or documented, for use with `emulator.fault`. A new one is one entry
 * here or, for the REST routes, in `known-rest-answers.ts`.
 *
 * @example
 * emulator.fault('token', { ...knownFaults.temporarilyBlocked, times: 1 });
 */
export const knownFaults = {
  ...REST_ERRORS,
  ...REST_BODIES,
  /** 429 with `Retry-After: 5`. @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/rate-limiting-errors.html */
  rateLimited: {
    ...restFault(429, 50_100, 'Rate limit exceeded', { retryAfter: 5, documentation: ERROR_HANDLING_PAGE }),
    headers: { 'Retry-After': '5' },
  },
  /** 429 without `Retry-After`, in the REST format, also of the token endpoint. */
  temporarilyBlocked: restFault(429, 50_200, 'Your requests are temporarily blocked.'),
  /** 503 with `Retry-After: 5`. */
  unavailable: { ...restFault(503, 50_300, 'Service unavailable'), headers: { 'Retry-After': '5' } },
  /** The intermittent 500 of the token endpoint. */
  internalError: restFault(500, 0, 'Internal Server Error'),
  /**
   * 401 of the REST host for every token. Without `times` it also affects new tokens, as when a permission is missing:
   * `emulator.fault('assets', knownFaults.notAuthorized)`.
   */
  notAuthorized: restFault(401, 0, 'Not Authorized'),
  /** 596: the gateway has found no service. */
  serviceNotFound: { status: 596, headers: { 'Content-Type': 'text/plain' }, body: 'Service Not Found' },
  /** The token endpoint's answer to a client of a legacy package; the status is a guess. */
  legacyPackage: {
    status: 401,
    body: {
      error: 'invalid_client',
      error_description:
        'This integration is not eligible to use the /v2/token endpoint because the integration was created in a legacy package. To obtain a token for this integration, use the /v1/requestToken endpoint.',
      error_uri: ERROR_URI,
    },
  },
  /** The token endpoint's answer to an address that is not allowlisted; status and `error` are guesses. */
  addressNotAllowed: {
    status: 401,
    body: {
      error: 'unauthorized_client',
      error_description:
        "The client's IP address is unauthorized for this account. Allowlist the client's IP address in Marketing Cloud.",
      error_uri: ERROR_URI,
    },
  },
  /** SOAP's rate limit, an HTTP 500. */
  soapRateLimited: soapFault(
    '<faultcode>soap:Server</faultcode><faultstring>Rate Limited</faultstring><detail><apifault xmlns="urn:fault.partner.exacttarget.com"><Code>17</Code></apifault></detail>',
  ),
  /** SOAP's fault for an expired token. As a fault it affects valid tokens too. */
  soapTokenExpired: soapSecurityFault('Token Expired'),
  /** SOAP's fault for unknown credentials; sometimes reported with valid ones. */
  soapLoginFailed: soapSecurityFault('Login Failed'),
} as const satisfies Readonly<Record<string, Fault>>;
