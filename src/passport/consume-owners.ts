import { randomUUID } from 'node:crypto';
import { CONSUMED_MS } from '../vaults/vault';

/** More unanswered calls than these are not remembered: the oldest makes room. */
const MAX_REMEMBERED = 1_000;

/**
 * Who consumes a pending sign-in: each callback request is an owner of its own, so that one of many copies gets it. The
 * owner of a call that the vault did not answer in time is remembered for a minute: the vault may have acted on the
 * call, and gives the sign-in to that owner again. The next callback with the same key takes the name over.
 */
export class ConsumeOwners {
  readonly #unanswered = new Map<string, { readonly owner: string; readonly until: number }>();

  /** The owner to consume this key as. */
  take(key: string): string {
    const unanswered = this.#unanswered.get(key);
    this.#unanswered.delete(key);
    return unanswered !== undefined && unanswered.until > performance.now() ? unanswered.owner : randomUUID();
  }

  /** Has the next callback with this key ask as the same owner. */
  remember(key: string, owner: string): void {
    const oldest = this.#unanswered.size >= MAX_REMEMBERED ? this.#unanswered.keys().next().value : undefined;
    if (oldest !== undefined) this.#unanswered.delete(oldest);
    this.#unanswered.set(key, { owner, until: performance.now() + CONSUMED_MS });
  }
}
