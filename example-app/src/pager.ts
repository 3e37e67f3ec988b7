/** Where in a list a page stands, and its neighbours. */
export interface Pager {
  /** Such as `11–20 of 57`. */
  readonly text: string;
  readonly previous: string | undefined;
  readonly next: string | undefined;
}

/** What a list says about itself. */
export interface Span {
  readonly count: number;
  readonly page: number;
  readonly pageSize: number;
  readonly rows: readonly unknown[];
}

/** The pager of a list; `linkTo` gives the address of a page. */
export function pagerOf({ count, page, pageSize, rows }: Span, linkTo: (page: number) => string): Pager {
  const last = Math.max(1, Math.ceil(count / pageSize));
  const first = (page - 1) * pageSize + 1;
  const text = rows.length === 0 ? `${count} in all` : `${first}–${first + rows.length - 1} of ${count}`;
  return {
    text,
    // Behind the end the way back leads to the last page there is.
    previous: page > 1 ? linkTo(Math.min(page - 1, last)) : undefined,
    next: page < last ? linkTo(page + 1) : undefined,
  };
}
