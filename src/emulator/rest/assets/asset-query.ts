import type { Condition, Operator } from '../query/condition';
import { parseFields, parseOrder, parsePage, parsePageSize } from '../query/list-query';
import type { Collection, ListQuery } from '../query/list-query';
import { FieldCatalogue } from '../query/fields';
import type { Json, JsonObject } from '../../data/json';
import { isJsonObject } from '../../data/json';
import { invalidParameter } from '../../data/input-error';

const MAX_DEPTH = 50;

/** What the list of assets can be filtered and sorted by, and its page sizes. */
export const ASSET_COLLECTION: Collection = {
  catalogue: new FieldCatalogue([
    ...['id', 'customerKey', 'objectID', 'contentType', 'name', 'description', 'createdDate', 'modifiedDate'],
    ...['enterpriseId', 'memberId', 'content', 'design', 'modelVersion', 'views', 'data', 'meta', 'tags', 'channels'],
    ...['assetType.id', 'assetType.name', 'assetType.displayName', 'status.id', 'status.name'],
    ...['availableViews', 'legacyData.legacyId', 'legacyData.legacyKey', 'legacyData.legacyType'],
    ...['category.id', 'category.name', 'category.parentId', 'thumbnail.thumbnailUrl'],
    ...['owner', 'createdBy', 'modifiedBy'].flatMap((who) =>
      ['id', 'email', 'name', 'userId'].map((part) => `${who}.${part}`),
    ),
    ...['fileName', 'extension', 'fileSize', 'width', 'height', 'publishedURL'].map((part) => `fileProperties.${part}`),
  ]),
  defaultOrder: 'id asc',
  defaultPageSize: 50,
  maxPageSize: 500,
};

const SIMPLE_OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['equal', 'eq'],
  ['equals', 'eq'],
  ['notequal', 'neq'],
  ['notequals', 'neq'],
  ['lessthan', 'lt'],
  ['lessthanorequal', 'lte'],
  ['greaterthan', 'gt'],
  ['greaterthanorequal', 'gte'],
  ['like', 'like'],
  ['contains', 'like'],
  ['in', 'in'],
  ['isnull', 'isNull'],
  ['isnotnull', 'isNotNull'],
]);

/**
 * Parses the body of the query resource: `{ page: { page, pageSize }, query, sort: [{ property, direction }], fields }`,
 * where `query` is a comparison, or two operands joined by AND or OR.
 *
 * @throws InputError that names the member
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/references/mc_rest_assets/assetAdvancedQuery.html
 */
export function parseAssetQuery(body: JsonObject): ListQuery {
  const { catalogue } = ASSET_COLLECTION;
  const page = body['page'] ?? {};
  if (!isJsonObject(page)) throw invalidParameter('page', 'It must be an object with page and pageSize.');
  const query = body['query'] ?? undefined;
  return {
    page: parsePage(toNumberText(page['page']), 'page.page'),
    pageSize: parsePageSize('page.pageSize', toNumberText(page['pageSize']), ASSET_COLLECTION),
    condition: query === undefined ? undefined : parseOperand(query, 1),
    order: parseOrder('sort', parseSort(body['sort']) ?? ASSET_COLLECTION.defaultOrder, catalogue),
    fields: parseFields(parseNames(body['fields']), catalogue),
  };
}

function parseOperand(operand: Json, depth: number): Condition {
  if (!isJsonObject(operand))
    throw invalidParameter('query', 'It must be a comparison, or two of them with a logicalOperator.');
  if (depth > MAX_DEPTH) throw invalidParameter('query', `It is nested deeper than ${MAX_DEPTH}.`);
  const { leftOperand, logicalOperator, rightOperand } = operand;
  if (logicalOperator === undefined) return parseComparison(operand);

  const logic = toText(logicalOperator).toLowerCase();
  if (logic !== 'and' && logic !== 'or') throw invalidParameter('logicalOperator', 'It must be AND or OR.');
  return {
    kind: logic === 'and' ? 'all' : 'any',
    of: [parseOperand(leftOperand, depth + 1), parseOperand(rightOperand, depth + 1)],
  };
}

function parseComparison(operand: JsonObject): Condition {
  const property = toText(operand['property']);
  const path = ASSET_COLLECTION.catalogue.leaf(property);
  if (path === undefined)
    throw invalidParameter('property', `${property || 'Nothing'} is not a property to search by.`);
  const operator = SIMPLE_OPERATORS.get(toText(operand['simpleOperator']).toLowerCase());
  if (operator === undefined)
    throw invalidParameter('simpleOperator', `It must be one of ${[...SIMPLE_OPERATORS.keys()].join(', ')}.`);
  if (operator === 'isNull' || operator === 'isNotNull') return { kind: 'test', path, operator, values: [] };

  // `in` has its list in `values`; many clients send it in `value`.
  const given = operator === 'in' ? (operand['values'] ?? operand['value']) : operand['value'];
  const values = (Array.isArray(given) && operator === 'in' ? given : [given]).map(parseScalar);
  return { kind: 'test', path, operator, values };
}

function parseSort(sort: Json): string | undefined {
  if (sort === undefined) return undefined;
  if (!Array.isArray(sort)) throw invalidParameter('sort', 'It must be a list of property and direction.');
  const entries = sort.map((entry: unknown) => {
    if (!isJsonObject(entry)) throw invalidParameter('sort', 'Each entry must have a property and a direction.');
    return `${toText(entry['property'])} ${toText(entry['direction'] ?? 'ASC')}`;
  });
  return entries.length === 0 ? undefined : entries.join(',');
}

function parseNames(fields: Json): string[] | undefined {
  if (fields === undefined) return undefined;
  if (!Array.isArray(fields)) throw invalidParameter('fields', 'It must be a list of names.');
  return fields.map((name: unknown) => parseScalar(name));
}

function toText(value: Json): string {
  return typeof value === 'string' ? value : '';
}

function parseScalar(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw invalidParameter('value', 'It must be text, a number or a boolean.');
}

/** Converts a page number, which may be a number or text, to text. */
function toNumberText(value: Json): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value).replaceAll('"', '');
}
