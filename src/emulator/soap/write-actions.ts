import { randomUUID } from 'node:crypto';
import { may } from '../core';
import type { Issued } from '../tokens/ledger';
import { answerElement } from './envelope';
import { SoapRefusal, unreadable } from './soap-errors';
import type { SoapObject } from './soap-object';
import type { SoapObjectType, WriteOperation, Written } from './soap-object-type';
import type { SoapObjectTypes } from './soap-object-types';
import { element } from './xml';
import { textIn, typeNameOf } from './xml-lookup';
import { childOf, childrenOf, type XmlElement } from './xml-reader';

/** The numbers of Salesforce's list of faults; that these answers carry them is a guess. */
const UNSUPPORTED_OBJECT = 8;
const AUTHORIZATION_FAILURE = 11;

const OPERATIONS = {
  create: { request: 'CreateRequest', answer: 'CreateResponse' },
  update: { request: 'UpdateRequest', answer: 'UpdateResponse' },
  delete: { request: 'DeleteRequest', answer: 'DeleteResponse' },
} as const;

/** Whether an action is one of these. */
export function isWriteOperation(action: string): action is WriteOperation {
  return Object.hasOwn(OPERATIONS, action);
}

/**
 * Answers a CreateRequest, UpdateRequest or DeleteRequest: one result for each object, in order, each with a `StatusCode`,
 * and an `OverallStatus` of `OK`, `Error` or, when some worked, `Has Errors`.
 *
 * @throws SoapFault for another message, or an `xsi:type` that the schema does not have
 */
export function answerWrite(
  operation: WriteOperation,
  message: XmlElement | undefined,
  context: { readonly token: Issued; readonly types: SoapObjectTypes; readonly now: number },
): string {
  const { request, answer } = OPERATIONS[operation];
  if (message?.name !== request) throw unreadable(`There is no ${request}.`);
  const isUpsert = childrenOf(childOf(childOf(message, 'Options'), 'SaveOptions'), 'SaveOption').some(
    (option) => textIn(option, 'SaveAction') === 'UpdateAdd',
  );
  const results = childrenOf(message, 'Objects').map((object, ordinal) =>
    writeOne({ operation, isUpsert, object, ordinal, ...context }),
  );
  const failed = results.filter(({ isOk }) => !isOk).length;
  const status = failed === 0 ? 'OK' : failed === results.length ? 'Error' : 'Has Errors';
  return answerElement(answer, [
    ...results.map(({ xml }) => xml),
    element('RequestID', randomUUID()),
    element('OverallStatus', status),
  ]);
}

interface OneObject {
  readonly operation: WriteOperation;
  readonly isUpsert: boolean;
  readonly object: XmlElement;
  readonly ordinal: number;
  readonly token: Issued;
  readonly types: SoapObjectTypes;
  readonly now: number;
}

function writeOne(one: OneObject): { readonly isOk: boolean; readonly xml: string } {
  const { operation, object, ordinal, token, types } = one;
  let shown: { readonly type: SoapObjectType; readonly given: SoapObject } | undefined;
  try {
    const name = typeNameOf(object);
    // The schema's base type can be written down, and is then looked for among the types.
    if (name === '') throw new SoapRefusal("Requested value 'APIObject' was not found.");
    const type = types.findForWriting(object, token.businessUnitId);
    const given = type.read(object);
    shown = { type, given };
    const { written, message } = perform(one, type, given);
    return { isOk: true, xml: successResult(operation, message, ordinal, written, type) };
  } catch (error) {
    if (!(error instanceof SoapRefusal)) throw error;
    return { isOk: false, xml: failureResult(operation, error, ordinal, shown) };
  }
}

function perform(
  { operation, isUpsert, object, token, now }: OneObject,
  type: SoapObjectType,
  given: SoapObject,
): { readonly written: Written; readonly message: string } {
  const { writing } = type;
  if (writing === undefined) {
    throw new SoapRefusal(`The ${operation} operation is not supported for ${type.name}.`, UNSUPPORTED_OBJECT);
  }
  if (!may(token, writing.scope)) throw new SoapRefusal('API Permission Failed.', AUTHORIZATION_FAILURE);
  const request = { given, element: object, token, now };
  const done = isUpsert && operation !== 'delete' ? (writing.exists(request) ? 'update' : 'create') : operation;
  return { written: writing.perform[done](request), message: writing.messages[done] };
}

function successResult(
  operation: WriteOperation,
  message: string,
  ordinal: number,
  { object, newId = 0, newObjectId }: Written,
  type: SoapObjectType,
): string {
  return element('Results', [
    element('StatusCode', 'OK'),
    element('StatusMessage', message),
    element('OrdinalID', String(ordinal)),
    ...(operation === 'create' ? [element('NewID', String(newId))] : []),
    ...(operation === 'create' && newObjectId !== undefined ? [element('NewObjectID', newObjectId)] : []),
    ...(object === undefined ? [] : [writeShown(type, object)]),
  ]);
}

function failureResult(
  operation: WriteOperation,
  { message, errorCode }: SoapRefusal,
  ordinal: number,
  shown: { readonly type: SoapObjectType; readonly given: SoapObject } | undefined,
): string {
  return element('Results', [
    element('StatusCode', 'Error'),
    element('StatusMessage', message),
    element('OrdinalID', String(ordinal)),
    element('ErrorCode', String(errorCode)),
    ...(operation === 'create' ? [element('NewID', '0')] : []),
    ...(shown === undefined ? [] : [writeShown(shown.type, shown.given)]),
  ]);
}

function writeShown(type: SoapObjectType, object: SoapObject): string {
  return `<Object xsi:type="${type.name}">${type.write(object, Object.keys(object))}</Object>`;
}
