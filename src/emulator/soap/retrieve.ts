import { randomUUID } from 'node:crypto';
import { BoundedMap } from '../data/bounded-map';
import type { IssuedToken } from '../tokens/token-store';
import { hasPermission } from '../tokens/permissions';
import { answerElement } from './envelope';
import { parseFilter } from './filter';
import { SoapRefusal, unreadable } from './soap-faults';
import type { SoapObject } from './soap-value';
import type { SoapType } from './soap-type';
import type { SoapTypes } from './types/all-types';
import { element } from './xml-writer';
import { getText } from './xml-query';
import { getChild, getChildren, type XmlElement } from './xml-reader';

/** The number of requests that can be continued; above it the oldest is dropped. */
const MAX_CURSORS = 1_000;

interface Cursor {
  readonly type: SoapType;
  readonly rest: readonly SoapObject[];
  readonly properties: readonly string[];
  readonly batchSize: number;
  readonly owner: Pick<IssuedToken, 'tenant' | 'businessUnitId'>;
}

/**
 * The action Retrieve, with filters and paging: an answer of `MoreDataAvailable` has a RequestID with which the client
 * requests the next page. The option `BatchSize` of a request makes the pages smaller.
 */
export class Retrieve {
  readonly #types: SoapTypes;
  readonly #maxPerAnswer: number;
  readonly #cursors = new BoundedMap<Cursor>(MAX_CURSORS);

  /** @param maxPerAnswer the maximum number of objects in an answer */
  constructor(types: SoapTypes, maxPerAnswer: number) {
    this.#types = types;
    this.#maxPerAnswer = maxPerAnswer;
  }

  /**
   * Answers a RetrieveRequestMsg and returns the body of the envelope. An error is an OverallStatus, with HTTP 200.
   *
   * @throws SoapFault for another message
   */
  answer(message: XmlElement | undefined, token: IssuedToken): string {
    const request = getChild(message, 'RetrieveRequest');
    if (message?.name !== 'RetrieveRequestMsg' || request === undefined) {
      throw unreadable('There is no RetrieveRequest.');
    }
    try {
      return this.#page(this.#findCursor(request, token));
    } catch (error) {
      if (error instanceof SoapRefusal) return createAnswer(`Error: ${error.message}`, randomUUID(), []);
      throw error;
    }
  }

  #page(cursor: Cursor): string {
    const { rest, batchSize, type, properties } = cursor;
    const requestId = randomUUID();
    const isMore = rest.length > batchSize;
    if (isMore) this.#cursors.set(requestId, { ...cursor, rest: rest.slice(batchSize) });
    const results = rest
      .slice(0, batchSize)
      .map((object) => `<Results xsi:type="${type.name}">${type.write(object, properties)}</Results>`);
    return createAnswer(isMore ? 'MoreDataAvailable' : 'OK', requestId, results);
  }

  #findCursor(request: XmlElement, token: IssuedToken): Cursor {
    const continueWith = getText(request, 'ContinueRequest');
    return continueWith === '' ? this.#start(request, token) : this.#take(continueWith, token);
  }

  #start(request: XmlElement, token: IssuedToken): Cursor {
    const type = this.#types.find(getText(request, 'ObjectType'), token.businessUnitId);
    if (!hasPermission(token, type.scope)) throw new SoapRefusal('API Permission Failed.');
    const properties = parseProperties(request, type);
    const filter = getChild(request, 'Filter');
    const queriesAll = /^(?:true|1)$/.test(getText(request, 'QueryAllAccounts'));
    const matchesFilter = filter === undefined ? () => true : parseFilter(filter, type);
    return {
      type,
      rest: type.list(token, getBusinessUnits(token, queriesAll), queriesAll).filter(matchesFilter),
      properties,
      batchSize: parseBatchSize(request, this.#maxPerAnswer),
      owner: token,
    };
  }

  #take(requestId: string, { tenant, businessUnitId }: IssuedToken): Cursor {
    const cursor = this.#cursors.get(requestId);
    if (cursor?.owner.businessUnitId !== businessUnitId || cursor.owner.tenant !== tenant) {
      throw new SoapRefusal('there is no such request to continue.');
    }
    this.#cursors.delete(requestId);
    return cursor;
  }
}

function parseProperties(request: XmlElement, type: SoapType): string[] {
  const names = getChildren(request, 'Properties').map(({ text }) => text.trim());
  const unknown = names.filter((name) => type.findProperty(name) === undefined);
  if (unknown.length > 0) throw new SoapRefusal(type.refuseProperties(unknown));
  return names.flatMap((name) => type.findProperty(name) ?? []);
}

/** Returns the token's own business unit, or all of them with QueryAllAccounts in the top-level business unit. */
function getBusinessUnits({ tenant, businessUnitId }: IssuedToken, queriesAll: boolean): readonly number[] {
  return queriesAll && businessUnitId === tenant.enterpriseId
    ? tenant.businessUnits.map(({ id }) => id)
    : [businessUnitId];
}

function parseBatchSize(request: XmlElement, max: number): number {
  const requested = Math.floor(Number(getText(getChild(request, 'Options'), 'BatchSize')));
  return requested >= 1 ? Math.min(requested, max) : max;
}

function createAnswer(status: string, requestId: string, results: readonly string[]): string {
  return answerElement('RetrieveResponseMsg', [
    element('OverallStatus', status),
    element('RequestID', requestId),
    ...results,
  ]);
}
