import type { Message } from './bus';
import type { LifeEvent } from './journal';
import type { Prepared } from './prepare';

/** What a worker says to the primary, besides what is for all. */
export type FromWorker =
  | Message
  /** It runs, and asks for its settings. */
  | { readonly kind: 'hello' }
  /** It answers requests; the lines are for whoever started it. */
  | { readonly kind: 'ready'; readonly lines: readonly string[] }
  /** It cannot start. The message names the variable and the fix where that is known. */
  | { readonly kind: 'failed'; readonly message: string };

/** What the primary says to a worker, besides what is for all. */
export type FromPrimary =
  | Message
  | {
      readonly kind: 'settings';
      readonly prepared: Prepared;
      readonly past: readonly LifeEvent[];
      readonly aheadMs: number;
    }
  /** It is to end in good order. */
  | { readonly kind: 'end' };
