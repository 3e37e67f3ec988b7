import { randomUUID } from 'node:crypto';
import type { IssuedToken } from '../tokens/token-store';
import { hasPermission } from '../tokens/permissions';
import { answerElement } from './envelope';
import { SoapRefusal, unreadable } from './soap-faults';
import type { SoapObject } from './soap-value';
import type { SoapType, WriteOperation, Written } from './soap-type';
import type { SoapTypes } from './types/all-types';
import { element } from './xml-writer';
import { getText, getTypeName } from './xml-query';
import { getChild, getChildren, type XmlElement } from './xml-reader';

/** Numbers of Salesforce's list of faults; their use in these answers is a guess. */
const UNSUPPORTED_OBJECT = 8;
const AUTHORIZATION_FAILURE = 11;

const OPERATIONS = {
  create: { request: 'CreateRequest', answer: 'CreateResponse' },
  update: { request: 'UpdateRequest', answer: 'UpdateResponse' },
  delete: { request: 'DeleteRequest', answer: 'DeleteResponse' },
} as const;

/** Returns whether an action is Create, Update or Delete. */
export function isWriteOperation(action: string): action is WriteOperation {
  return Object.hasOwn(OPERATIONS, action);
}

/**
 * Answers a CreateRequest, UpdateRequest or DeleteRequest with a result for each object, in order, and an `OverallStatus`:
 * `OK`, `Error` or, when only some objects failed, `Has Errors`.
 *
 * @throws SoapFault for another message, or for an unknown `xsi:type`
 */
export function answerWrite(
  operation: WriteOperation,
  message: XmlElement | undefined,
  context: { readonly token: IssuedToken; readonly types: SoapTypes; readonly now: number },
): string {
  const { request, answer } = OPERATIONS[operation];
  if (message?.name !== request) throw unreadable(`There is no ${request}.`);
  const isUpsert = getChildren(getChild(getChild(message, 'Options'), 'SaveOptions'), 'SaveOption').some(
    (option) => getText(option, 'SaveAction') === 'UpdateAdd',
  );
  const results = getChildren(message, 'Objects').map((object, ordinal) =>
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

interface ObjectToWrite {
  readonly operation: WriteOperation;
  readonly isUpsert: boolean;
  readonly object: XmlElement;
  readonly ordinal: number;
  readonly token: IssuedToken;
  readonly types: SoapTypes;
  readonly now: number;
}

function writeOne(one: ObjectToWrite): { readonly isOk: boolean; readonly xml: string } {
  const { operation, object, ordinal, token, types } = one;
  let shown: { readonly type: SoapType; readonly given: SoapObject } | undefined;
  try {
    const name = getTypeName(object);
    // An object of the schema's base type has no `xsi:type`.
    if (name === '') throw new SoapRefusal("Requested value 'APIObject' was not found.");
    const type = types.findForWriting(object, token.businessUnitId);
    const given = type.read(object);
    shown = { type, given };
    const { written, message } = perform(one, type, given);
    return { isOk: true, xml: createSuccessResult(operation, message, ordinal, written, type) };
  } catch (error) {
    if (!(error instanceof SoapRefusal)) throw error;
    return { isOk: false, xml: createFailureResult(operation, error, ordinal, shown) };
  }
}

function perform(
  { operation, isUpsert, object, token, now }: ObjectToWrite,
  type: SoapType,
  given: SoapObject,
): { readonly written: Written; readonly message: string } {
  const { writing } = type;
  if (writing === undefined) {
    throw new SoapRefusal(`The ${operation} operation is not supported for ${type.name}.`, UNSUPPORTED_OBJECT);
  }
  if (!hasPermission(token, writing.scope)) throw new SoapRefusal('API Permission Failed.', AUTHORIZATION_FAILURE);
  const request = { given, element: object, token, now };
  const done = isUpsert && operation !== 'delete' ? (writing.exists(request) ? 'update' : 'create') : operation;
  return { written: writing.perform[done](request), message: writing.messages[done] };
}

function createSuccessResult(
  operation: WriteOperation,
  message: string,
  ordinal: number,
  { object, newId = 0, newObjectId }: Written,
  type: SoapType,
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

function createFailureResult(
  operation: WriteOperation,
  { message, errorCode }: SoapRefusal,
  ordinal: number,
  shown: { readonly type: SoapType; readonly given: SoapObject } | undefined,
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

function writeShown(type: SoapType, object: SoapObject): string {
  return `<Object xsi:type="${type.name}">${type.write(object, Object.keys(object))}</Object>`;
}
