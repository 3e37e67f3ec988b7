import { randomUUID } from 'node:crypto';
import { BoundedMap } from '../../data/bounded-map';
import type { ListQuery } from '../query/list-query';

const LIFETIME_MS = 24 * 60 * 60 * 1000;
const MAX_TOKENS = 1000;

/** A request for rows that can be repeated for another page. */
export interface RowsetRequest {
  readonly businessUnitId: number;
  readonly dataExtensionKey: string;
  readonly query: ListQuery;
  /** In milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** The requests behind the `requestToken`s of rowsets, which the links to other pages name. */
export class RowsetTokens {
  readonly #requests = new BoundedMap<RowsetRequest>(MAX_TOKENS);

  /** Keeps a request under a new token. Above the maximum the oldest is dropped. */
  issue(request: Omit<RowsetRequest, 'expiresAt'>, now: number): { token: string; expiresAt: number } {
    const token = randomUUID();
    const expiresAt = now + LIFETIME_MS;
    this.#requests.set(token, { ...request, expiresAt });
    return { token, expiresAt };
  }

  /** Finds the request of a token of this business unit that has not expired. */
  find(token: string, businessUnitId: number, now: number): RowsetRequest | undefined {
    const request = this.#requests.get(token);
    return request?.businessUnitId === businessUnitId && now < request.expiresAt ? request : undefined;
  }
}
