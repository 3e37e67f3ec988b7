/** A page for something that went wrong: what happened, and what to do. */
export interface Advice {
  readonly title: string;
  readonly happened: string;
  /** What Marketing Cloud wrote about it: foreign text, to be escaped. */
  readonly said?: string | undefined;
  /** What to do, in order. */
  readonly steps: readonly string[];
  /** One click that helps; without it the page leads back to the start. */
  readonly retry?: { readonly url: string; readonly label: string } | undefined;
  /** The word that the package has for it. */
  readonly code?: string | undefined;
  /** Whether another user would get further, and the same one would not: the page then says how to pick one. */
  readonly otherUser?: boolean | undefined;
}
