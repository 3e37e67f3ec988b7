import { randomUUID } from 'node:crypto';
import { may } from '../core';
import type { Issued } from '../tokens/ledger';
import { SOAP_OBJECT_TYPES, type SoapObject } from './soap-objects';
import { element, textsOf } from './xml';

/** Marketing Cloud sends 2,500 objects at most in one answer. */
const MOST_PER_ANSWER = 2_500;
const NAMESPACE = 'http://exacttarget.com/wsdl/partnerAPI';

interface Cursor {
  readonly type: string;
  readonly rest: readonly SoapObject[];
  readonly properties: readonly string[];
  readonly batchSize: number;
  readonly owner: number;
}

/**
 * Retrieve, with the paging that clients have to follow: `MoreDataAvailable` and a RequestID to continue with. The
 * option BatchSize makes the pages smaller. Filters are not looked at.
 */
export class Retrieve {
  readonly #cursors = new Map<string, Cursor>();

  /** Answers a RetrieveRequest with the body of the envelope; refusals are an OverallStatus too, with HTTP 200. */
  answer(xml: string, token: Issued): string {
    const [continueWith] = textsOf(xml, 'ContinueRequest');
    const cursor = continueWith === undefined ? this.#start(xml, token) : this.#take(continueWith, token);
    if (typeof cursor === 'string') return respond(cursor, randomUUID(), []);
    const { rest, batchSize, type, properties } = cursor;
    const requestId = randomUUID();
    const isMore = rest.length > batchSize;
    if (isMore) this.#cursors.set(requestId, { ...cursor, rest: rest.slice(batchSize) });
    const results = rest.slice(0, batchSize).map((object) => writeObject(type, object, properties));
    return respond(isMore ? 'MoreDataAvailable' : 'OK', requestId, results);
  }

  #start(xml: string, token: Issued): Cursor | string {
    const [type = ''] = textsOf(xml, 'ObjectType');
    const known = SOAP_OBJECT_TYPES.get(type);
    if (known === undefined) return `Error: the emulator does not know the object type '${type}'.`;
    if (!may(token, known.scope)) return 'Error: API Permission Failed.';
    const batchSize = Number(textsOf(xml, 'BatchSize')[0] ?? MOST_PER_ANSWER);
    return {
      type,
      rest: known.list(token, textsOf(xml, 'QueryAllAccounts')[0] === 'true'),
      properties: textsOf(xml, 'Properties'),
      batchSize: batchSize >= 1 ? Math.min(Math.floor(batchSize), MOST_PER_ANSWER) : MOST_PER_ANSWER,
      owner: token.businessUnitId,
    };
  }

  #take(requestId: string, token: Issued): Cursor | string {
    const cursor = this.#cursors.get(requestId);
    if (cursor?.owner !== token.businessUnitId) return 'Error: there is no such request to continue.';
    this.#cursors.delete(requestId);
    return cursor;
  }
}

function writeObject(type: string, object: SoapObject, properties: readonly string[]): string {
  const fields = properties.flatMap((name) => {
    const value = object[name];
    return value === undefined ? [] : [element(name, value)];
  });
  return `<Results xsi:type="${type}">${fields.join('')}</Results>`;
}

function respond(status: string, requestId: string, results: readonly string[]): string {
  const content = [element('OverallStatus', status), element('RequestID', requestId), ...results].join('');
  return `<RetrieveResponseMsg xmlns="${NAMESPACE}">${content}</RetrieveResponseMsg>`;
}
