import { randomUUID } from 'node:crypto';
import { may } from '../core';
import type { Issued } from '../tokens/ledger';
import { answerElement } from './envelope';
import { readFilter } from './filter';
import { SoapRefusal, unreadable } from './soap-errors';
import type { SoapObject } from './soap-object';
import type { SoapObjectType } from './soap-object-type';
import type { SoapObjectTypes } from './soap-object-types';
import { element } from './xml';
import { textIn } from './xml-lookup';
import { childOf, childrenOf, type XmlElement } from './xml-reader';

/** Requests that can be continued; when there are more, the oldest is forgotten. */
const MAX_CURSORS = 1_000;

interface Cursor {
  readonly type: SoapObjectType;
  readonly rest: readonly SoapObject[];
  readonly properties: readonly string[];
  readonly batchSize: number;
  readonly owner: Pick<Issued, 'tenant' | 'businessUnitId'>;
}

/**
 * Retrieve, with filters, and with the paging that clients have to follow: `MoreDataAvailable` and a RequestID to
 * continue with. The option BatchSize makes the pages smaller.
 */
export class Retrieve {
  readonly #types: SoapObjectTypes;
  readonly #maxPerAnswer: number;
  readonly #cursors = new Map<string, Cursor>();

  /** @param maxPerAnswer how many objects one answer holds at most */
  constructor(types: SoapObjectTypes, maxPerAnswer: number) {
    this.#types = types;
    this.#maxPerAnswer = maxPerAnswer;
  }

  /**
   * Answers a RetrieveRequestMsg with the body of the envelope; refusals are an OverallStatus too, with HTTP 200.
   *
   * @throws SoapFault for another message
   */
  answer(message: XmlElement | undefined, token: Issued): string {
    const request = childOf(message, 'RetrieveRequest');
    if (message?.name !== 'RetrieveRequestMsg' || request === undefined) {
      throw unreadable('There is no RetrieveRequest.');
    }
    try {
      return this.#page(this.#cursorOf(request, token));
    } catch (error) {
      if (error instanceof SoapRefusal) return respond(`Error: ${error.message}`, randomUUID(), []);
      throw error;
    }
  }

  #page(cursor: Cursor): string {
    const { rest, batchSize, type, properties } = cursor;
    const requestId = randomUUID();
    const isMore = rest.length > batchSize;
    if (isMore) this.#keep(requestId, { ...cursor, rest: rest.slice(batchSize) });
    const results = rest
      .slice(0, batchSize)
      .map((object) => `<Results xsi:type="${type.name}">${type.write(object, properties)}</Results>`);
    return respond(isMore ? 'MoreDataAvailable' : 'OK', requestId, results);
  }

  #cursorOf(request: XmlElement, token: Issued): Cursor {
    const continueWith = textIn(request, 'ContinueRequest');
    return continueWith === '' ? this.#start(request, token) : this.#take(continueWith, token);
  }

  #start(request: XmlElement, token: Issued): Cursor {
    const type = this.#types.find(textIn(request, 'ObjectType'), token.businessUnitId);
    if (!may(token, type.scope)) throw new SoapRefusal('API Permission Failed.');
    const properties = readProperties(request, type);
    const filter = childOf(request, 'Filter');
    const asksForAll = /^(?:true|1)$/.test(textIn(request, 'QueryAllAccounts'));
    const isMeant = filter === undefined ? () => true : readFilter(filter, type);
    return {
      type,
      rest: type.list(token, businessUnitsOf(token, asksForAll), asksForAll).filter(isMeant),
      properties,
      batchSize: readBatchSize(request, this.#maxPerAnswer),
      owner: token,
    };
  }

  #keep(requestId: string, cursor: Cursor): void {
    this.#cursors.set(requestId, cursor);
    const [oldest] = this.#cursors.keys();
    if (this.#cursors.size > MAX_CURSORS && oldest !== undefined) this.#cursors.delete(oldest);
  }

  #take(requestId: string, { tenant, businessUnitId }: Issued): Cursor {
    const cursor = this.#cursors.get(requestId);
    if (cursor?.owner.businessUnitId !== businessUnitId || cursor.owner.tenant !== tenant) {
      throw new SoapRefusal('there is no such request to continue.');
    }
    this.#cursors.delete(requestId);
    return cursor;
  }
}

function readProperties(request: XmlElement, type: SoapObjectType): string[] {
  const asked = childrenOf(request, 'Properties').map(({ text }) => text.trim());
  const strangers = asked.filter((name) => type.propertyOf(name) === undefined);
  if (strangers.length > 0) throw new SoapRefusal(type.refuseProperties(strangers));
  return asked.flatMap((name) => type.propertyOf(name) ?? []);
}

/** A token sees its own business unit; with QueryAllAccounts the top-level one sees them all. */
function businessUnitsOf({ tenant, businessUnitId }: Issued, asksForAll: boolean): readonly number[] {
  return asksForAll && businessUnitId === tenant.enterpriseId
    ? tenant.businessUnits.map(({ id }) => id)
    : [businessUnitId];
}

function readBatchSize(request: XmlElement, max: number): number {
  const asked = Math.floor(Number(textIn(childOf(request, 'Options'), 'BatchSize')));
  return asked >= 1 ? Math.min(asked, max) : max;
}

function respond(status: string, requestId: string, results: readonly string[]): string {
  return answerElement('RetrieveResponseMsg', [
    element('OverallStatus', status),
    element('RequestID', requestId),
    ...results,
  ]);
}
