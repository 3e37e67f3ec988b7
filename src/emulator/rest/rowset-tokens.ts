import { randomUUID } from 'node:crypto';
import type { ListQuery } from './list-query';

const lifetimeMs = 24 * 60 * 60 * 1000;
const maxTokens = 1000;

/** A question about a data extension that can be asked again for another page. */
export interface RowsetRequest {
  readonly businessUnitId: number;
  readonly dataExtensionKey: string;
  readonly query: ListQuery;
  /** In milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Remembers what stands behind the `requestToken` of a rowset, whose links lead to the other pages. */
export class RowsetTokens {
  readonly #requests = new Map<string, RowsetRequest>();

  /** Files a request under a new token; when there are too many, the oldest is forgotten. */
  issue(request: Omit<RowsetRequest, 'expiresAt'>, now: number): { token: string; expiresAt: number } {
    const token = randomUUID();
    const expiresAt = now + lifetimeMs;
    this.#requests.set(token, { ...request, expiresAt });
    const [oldest] = this.#requests.keys();
    if (this.#requests.size > maxTokens && oldest !== undefined) this.#requests.delete(oldest);
    return { token, expiresAt };
  }

  /** The request behind a token of this business unit, until it expires. */
  find(token: string, businessUnitId: number, now: number): RowsetRequest | undefined {
    const request = this.#requests.get(token);
    return request?.businessUnitId === businessUnitId && now < request.expiresAt ? request : undefined;
  }
}
