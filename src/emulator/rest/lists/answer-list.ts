import type { Admitted } from '../endpoint';
import type { FieldCatalogue, FieldPath } from '../fields';
import type { JsonObject } from '../json';
import { arrange, queryParameters, readSelection } from '../list-query';
import { DEFAULT_LIST_RULES } from './list-rules';
import type { ListRules } from './list-rules';
import { pagingDialect } from './paging-dialects';
import type { FoundPage, PageSizes, PagingDialectName } from './paging-dialects';

/** A list as a request finds it. */
export interface AnsweredList {
  /** The path of the list, by which `listDialects` names it. */
  readonly path: string;
  readonly dialect: PagingDialectName;
  readonly sizes: PageSizes;
  /** What it can be filtered and sorted by. */
  readonly catalogue: FieldCatalogue;
  /** In the form of `$orderBy`; empty for the order in which the records stand. */
  readonly defaultOrder: string;
  readonly records: readonly JsonObject[];
  /** What its last page names as its size, where it is not what the rules say. */
  readonly lastPageSize?: 'received';
  /** A record as the list shows it, with nothing but the given fields where some were asked for. */
  readonly show: (record: JsonObject, fields: readonly FieldPath[] | undefined) => JsonObject;
}

/**
 * Answers a request for a page of a list, in the list's own dialect or in the one that the options give it.
 *
 * @throws RestError 400 that names the parameter
 */
export function answerList(
  { req, res }: Pick<Admitted, 'req' | 'res'>,
  list: AnsweredList,
  rules = DEFAULT_LIST_RULES,
): void {
  const parameters = queryParameters(req);
  const { fields, ...selection } = readSelection(parameters, list);
  const found = arrange(list.records, selection);
  const window = dialectOf(list, rules).read(parameters, list.sizes, { rules, records: found });
  const records = found.slice(window.start, window.start + window.pageSize).map((record) => list.show(record, fields));
  answerPage({ res }, list, { ...window, records, total: found.length }, rules);
}

/** Answers with a page that was found in another way. */
export function answerPage(
  { res }: Pick<Admitted, 'res'>,
  list: Pick<AnsweredList, 'path' | 'dialect' | 'lastPageSize'>,
  found: Omit<FoundPage, 'path' | 'rules'>,
  rules = DEFAULT_LIST_RULES,
): void {
  const { path, lastPageSize = rules.lastPageSize } = list;
  res.json(dialectOf(list, rules).write({ ...found, path, rules: { ...rules, lastPageSize } }));
}

function dialectOf({ path, dialect }: Pick<AnsweredList, 'path' | 'dialect'>, rules: ListRules) {
  return pagingDialect(rules.listDialects[path] ?? dialect);
}
