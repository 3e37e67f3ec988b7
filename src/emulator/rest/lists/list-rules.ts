import type { PagingDialectName, PagingRules } from './paging-dialects';

/** What the emulator's options say about lists. */
export interface ListRules extends PagingRules {
  /** The dialect of a list where it is not the list's own, by the path of the list. */
  readonly listDialects: Readonly<Record<string, PagingDialectName>>;
}

/** The rules where no option says otherwise. */
export const DEFAULT_LIST_RULES: ListRules = {
  legacySkip: 'pages',
  legacyTotalResults: 'exact',
  lastPageSize: 'asked',
  listDialects: {},
};
