import type { Condition, Operator } from './condition';
import { readFields, readOrder, readPage, readPageSize } from './list-query';
import type { Collection, ListQuery } from './list-query';
import { FieldCatalogue } from './fields';
import type { Json, JsonObject } from './json';
import { isJsonObject } from './json';
import { invalidParameter } from './rest-error';

const maxDepth = 50;

/** The collection of assets: what it can be filtered and sorted by. */
export const assetCollection: Collection = {
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

const simpleOperators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
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
 * Reads the body of the query resource: `{ page: { page, pageSize }, query, sort: [{ property, direction }], fields }`,
 * where `query` is a comparison, or two of them joined by AND or OR.
 *
 * @throws RestError 400 that names the member
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/references/mc_rest_assets/assetAdvancedQuery.html
 */
export function readAssetQuery(body: JsonObject): ListQuery {
  const { catalogue } = assetCollection;
  const page = body['page'] ?? {};
  if (!isJsonObject(page)) throw invalidParameter('page', 'It must be an object with page and pageSize.');
  const query = body['query'] ?? undefined;
  return {
    page: readPage(numberText(page['page']), 'page.page'),
    pageSize: readPageSize('page.pageSize', numberText(page['pageSize']), assetCollection),
    condition: query === undefined ? undefined : readOperand(query, 1),
    order: readOrder('sort', readSort(body['sort']) ?? assetCollection.defaultOrder, catalogue),
    fields: readFields(readNames(body['fields']), catalogue),
  };
}

function readOperand(operand: Json, depth: number): Condition {
  if (!isJsonObject(operand))
    throw invalidParameter('query', 'It must be a comparison, or two of them with a logicalOperator.');
  if (depth > maxDepth) throw invalidParameter('query', `It is nested deeper than ${maxDepth}.`);
  const { leftOperand, logicalOperator, rightOperand } = operand;
  if (logicalOperator === undefined) return readComparison(operand);

  const logic = textOf(logicalOperator).toLowerCase();
  if (logic !== 'and' && logic !== 'or') throw invalidParameter('logicalOperator', 'It must be AND or OR.');
  return {
    kind: logic === 'and' ? 'all' : 'any',
    of: [readOperand(leftOperand, depth + 1), readOperand(rightOperand, depth + 1)],
  };
}

function readComparison(operand: JsonObject): Condition {
  const property = textOf(operand['property']);
  const path = assetCollection.catalogue.leaf(property);
  if (path === undefined)
    throw invalidParameter('property', `${property || 'Nothing'} is not a property to search by.`);
  const operator = simpleOperators.get(textOf(operand['simpleOperator']).toLowerCase());
  if (operator === undefined)
    throw invalidParameter('simpleOperator', `It must be one of ${[...simpleOperators.keys()].join(', ')}.`);
  if (operator === 'isNull' || operator === 'isNotNull') return { kind: 'test', path, operator, values: [] };

  // `in` takes its list as `values`, or, as many clients send it, as `value`.
  const given = operator === 'in' ? (operand['values'] ?? operand['value']) : operand['value'];
  const values = (Array.isArray(given) && operator === 'in' ? given : [given]).map(scalarText);
  return { kind: 'test', path, operator, values };
}

function readSort(sort: Json): string | undefined {
  if (sort === undefined) return undefined;
  if (!Array.isArray(sort)) throw invalidParameter('sort', 'It must be a list of property and direction.');
  const entries = sort.map((entry: unknown) => {
    if (!isJsonObject(entry)) throw invalidParameter('sort', 'Each entry must have a property and a direction.');
    return `${textOf(entry['property'])} ${textOf(entry['direction'] ?? 'ASC')}`;
  });
  return entries.length === 0 ? undefined : entries.join(',');
}

function readNames(fields: Json): string[] | undefined {
  if (fields === undefined) return undefined;
  if (!Array.isArray(fields)) throw invalidParameter('fields', 'It must be a list of names.');
  return fields.map((name: unknown) => scalarText(name));
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : '';
}

function scalarText(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw invalidParameter('value', 'It must be text, a number or a boolean.');
}

/** Numbers and text alike become text, so that one reader judges what is a page number. */
function numberText(value: Json): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value).replaceAll('"', '');
}
