import type { JsonObject } from '../../data/json';
import type { ListDialect } from '../../options';
import type { AdmittedRequest } from '../endpoint';
import type { FieldCatalogue, FieldPath } from '../query/fields';
import { arrange, parseQueryParameters, parseSelection } from '../query/list-query';
import { getPagingDialect } from './paging-dialects';
import type { FoundPage, ListRules, PageSizes } from './paging-dialects';

/** A list as a request sees it. */
export interface AnsweredList {
  /** The path of the list, which the option `listDialects` names. */
  readonly path: string;
  readonly dialect: ListDialect;
  readonly sizes: PageSizes;
  /** The fields that the list can be filtered and sorted by. */
  readonly catalogue: FieldCatalogue;
  /** In the form of `$orderBy`; empty for the order of the records. */
  readonly defaultOrder: string;
  readonly records: readonly JsonObject[];
  /** The page size that the last page names, where it differs from the option. */
  readonly lastPageSize?: 'received';
  /** Returns a record as the list shows it, with only the given fields when the request names some. */
  readonly show: (record: JsonObject, fields: readonly FieldPath[] | undefined) => JsonObject;
}

/**
 * Sends the requested page of a list, in the list's own dialect or in the one that the option `listDialects` names.
 *
 * @throws InputError that names the parameter
 */
export function answerList(
  { req, res }: Pick<AdmittedRequest, 'req' | 'res'>,
  list: AnsweredList,
  rules: ListRules,
): void {
  const parameters = parseQueryParameters(req);
  const { fields, ...selection } = parseSelection(parameters, list);
  const found = arrange(list.records, selection);
  const window = getDialect(list, rules).read(parameters, list.sizes, { rules, records: found });
  const records = found.slice(window.start, window.start + window.pageSize).map((record) => list.show(record, fields));
  answerPage({ res }, list, { ...window, records, total: found.length }, rules);
}

/** Sends a page that the caller has selected. */
export function answerPage(
  { res }: Pick<AdmittedRequest, 'res'>,
  list: Pick<AnsweredList, 'path' | 'dialect' | 'lastPageSize'>,
  found: Omit<FoundPage, 'path' | 'rules'>,
  rules: ListRules,
): void {
  const { path, lastPageSize = rules.lastPageSize } = list;
  res.json(getDialect(list, rules).write({ ...found, path, rules: { ...rules, lastPageSize } }));
}

function getDialect({ path, dialect }: Pick<AnsweredList, 'path' | 'dialect'>, rules: ListRules) {
  return getPagingDialect(rules.listDialects[path] ?? dialect);
}
