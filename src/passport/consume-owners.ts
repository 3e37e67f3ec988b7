import { BoundedMap } from '../bounded-map';
import { createSecret } from '../identifiers';
import { CONSUMED_MS } from '../vaults/vault';

/** More unanswered calls than these are not remembered: the oldest is dropped. */
const MAX_REMEMBERED = 1_000;

/**
 * The owners that pending sign-ins are consumed by: each callback request is an owner of its own, so that one of many
 * copies gets the sign-in. The owner of a call that the vault did not answer in time is remembered for as long as the
 * vault gives the sign-in to that owner again: the vault may have acted on the call. The next callback with the same key
 * takes the owner over.
 */
export class ConsumeOwners {
  readonly #unanswered = new BoundedMap<string, string>({ maxEntries: MAX_REMEMBERED, maxAgeMs: CONSUMED_MS });

  /** The owner to consume this key as. */
  take(key: string): string {
    const owner = this.#unanswered.get(key);
    if (owner === undefined) return createSecret();
    this.#unanswered.delete(key);
    return owner;
  }

  /** Makes the next callback with this key ask as the same owner. */
  remember(key: string, owner: string): void {
    this.#unanswered.set(key, owner);
  }
}
