import { ERROR_HANDLING_PAGE, toRestErrorBody } from '../http/rest-error';
import type { Fault } from './fault';

const GUID = '7b7f3a52-0c1e-4d55-9a86-3f2e8d9c4b10';
const SENTENCE = 'Your request was received and will be carried out shortly.';
const PROXY_PAGE = '<!DOCTYPE html><html><head><title>Sign in</title></head><body><form></form></body></html>';

/**
 * The error formats of REST routes, for any route: `emulator.fault('rest', knownFaults.validationErrors)`. The request has
 * no effect. A new format is one entry here.
 */
export const REST_ERRORS = {
  /** 400 with `validationErrors`, each with its field. */
  validationErrors: errorFault(
    400,
    toRestErrorBody(10_006, 'The request has invalid members.', {
      documentation: ERROR_HANDLING_PAGE,
      validationErrors: [
        { message: 'The name is longer than 200 characters.', field: 'name' },
        { message: 'The type is not known.', field: 'assetType' },
      ],
    }),
  ),
  /** 400 with `additionalErrors`, each in the same format as the whole; `documentation` is empty. */
  additionalErrors: errorFault(
    400,
    toRestErrorBody(10_006, 'Unable to save rows.', {
      documentation: '',
      additionalErrors: [{ message: 'The column [shoesize] does not exist.', errorcode: 10_000, documentation: '' }],
    }),
  ),
  /** 400 with `errors`, a list of sentences. */
  errorStrings: errorFault(400, { errors: ['The version is not the latest.', 'The journey has no entry event.'] }),
  /** 400 with `errors`, a list of objects. */
  errorObjects: errorFault(400, { errors: [{ message: 'The version is not the latest.', errorCode: '121000' }] }),
  /** 400 with names in capitals. */
  capitalNames: errorFault(400, {
    Message: 'The category does not exist.',
    ErrorCode: 10_001,
    Documentation: ERROR_HANDLING_PAGE,
  }),
  /** 400 with several messages in one, `<br />` between them. */
  joinedMessages: errorFault(400, toRestErrorBody(10_000, 'The name is missing.<br />The type is missing.')),
  /** 200 with an error in `resultMessages`. */
  resultMessages: errorFault(200, {
    requestServiceMessageID: GUID,
    resultMessages: [
      {
        resultType: 'Error',
        resultClass: 'Error',
        resultCode: 'InvalidContactKey',
        message: 'The contact is unknown.',
      },
    ],
    serviceMessageID: GUID,
  }),
  /** 500 with a number and no text. */
  errorcodeOnly: errorFault(500, { errorcode: 500 }),
} as const satisfies Readonly<Record<string, Fault>>;

/**
 * Successful answers of REST routes that are not a JSON object, for any route: `emulator.fault('rest', knownFaults.okText)`.
 * The request has its effect. A new body is one entry here.
 */
export const REST_BODIES = {
  /** 200, `OK` as text. */
  okText: successFault('text/plain; charset=utf-8', 'OK'),
  /** 200, `OK` as text with a JSON content type. */
  okAsJson: successFault('application/json; charset=utf-8', 'OK'),
  /** 200, the JSON string `"OK"`. */
  okJsonString: successFault('application/json; charset=utf-8', '"OK"'),
  /** 200, a GUID as text. */
  guidText: successFault('text/plain; charset=utf-8', GUID),
  /** 200, a GUID as text with a JSON content type. */
  guidAsJson: successFault('application/json; charset=utf-8', GUID),
  /** 200, a sentence as text. */
  sentenceText: successFault('text/plain; charset=utf-8', SENTENCE),
  /** 200, a sentence as text with a JSON content type. */
  sentenceAsJson: successFault('application/json; charset=utf-8', SENTENCE),
  /** 200 without a body, and without a content type. */
  emptyOk: successFault(undefined),
  /** 200 without a body, with a JSON content type. */
  emptyJson: successFault('application/json; charset=utf-8'),
  /** 202 without a body. */
  accepted: { ...successFault(undefined), status: 202 },
  /** 200 with an HTML page, as from a proxy or a login page. The request has no effect. */
  htmlPage: { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: PROXY_PAGE },
} as const satisfies Readonly<Record<string, Fault>>;

function errorFault(status: number, body: Readonly<Record<string, unknown>>): Fault {
  return { status, body };
}

function successFault(contentType: string | undefined, body = ''): Fault {
  return { status: 200, headers: { 'Content-Type': contentType }, body, timing: 'after' };
}
