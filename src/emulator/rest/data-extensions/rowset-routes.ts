import type { Response, Router } from 'express';
import type { RestCaller, RestContext } from '../rest-context';
import type { Column } from '../../data/columns';
import { formatCell } from '../../data/columns';
import type { DataExtension, Row } from '../../data/data-extension';
import { parseReference } from '../../data/data-extensions';
import type { JsonObject } from '../../data/json';
import { FieldCatalogue, pick } from '../query/fields';
import type { FieldPath } from '../query/fields';
import { getBody, endpoint, getPathParameter } from '../endpoint';
import { parseQueryParameters, parseListQuery, parsePage, select } from '../query/list-query';
import type { Collection, ListQuery } from '../query/list-query';
import { invalidParameter } from '../../data/input-error';
import { notFound } from '../../http/rest-error';
import { RowsetTokens } from './rowset-tokens';
import { toTrimmedTime } from '../../data/server-time';

/** The default and the maximum number of rows on a page. */
const MAX_ROWS = 2_500;
const READ = { anyScope: ['data_extensions_read'] };
const WRITE = { anyScope: ['data_extensions_write'], maxBodyBytes: 5 * 1024 * 1024 };

/**
 * Adds the row routes of data extensions: read rows by the data extension's key, read further pages by `requestToken` or
 * by key, upsert rows.
 *
 * As in Marketing Cloud, the links of a rowset lack `/data` at their start, and a rowset without rows has no `items`.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/references/mc_rest_data_extensions/postDataExtensionRowsetByKey.html
 */
export function addRowsetRoutes(router: Router, context: RestContext): void {
  const tokens = new RowsetTokens();

  function find(caller: RestCaller, member: 'key' | 'id', wanted: string): DataExtension {
    const found = context.dataExtensions.find(caller.businessUnitId, member, wanted);
    if (found === undefined) throw notFound(`Data extension ${wanted}`);
    return found;
  }

  router.get(
    '/data/v1/customobjectdata/key/:key/rowset',
    endpoint(context, READ, ({ caller, req, res }) => {
      const dataExtension = find(caller, 'key', getPathParameter(req, 'key'));
      const query = parseListQuery(parseQueryParameters(req), createRowCollection(dataExtension));
      const request = { businessUnitId: caller.businessUnitId, dataExtensionKey: dataExtension.key, query };
      const { token, expiresAt } = tokens.issue(request, context.now());
      sendRowset(res, dataExtension, query, token, expiresAt);
    }),
  );

  router.get(
    '/data/v1/customobjectdata/token/:token/rowset',
    endpoint(context, READ, ({ caller, req, res }) => {
      const token = getPathParameter(req, 'token');
      const request = tokens.find(token, caller.businessUnitId, context.now());
      if (request === undefined) throw notFound(`Request token ${token}`);
      const query = { ...request.query, page: parsePage(parseQueryParameters(req).get('$page')) };
      sendRowset(res, find(caller, 'key', request.dataExtensionKey), query, token, request.expiresAt);
    }),
  );

  router.post(
    '/hub/v1/dataevents/:reference/rowset',
    endpoint(context, WRITE, ({ caller, req, res }) => {
      const reference = getPathParameter(req, 'reference');
      const { member, wanted } = parseReference(reference);
      if (member === 'id' && !/^[\da-f-]{36}$/i.test(reference))
        throw invalidParameter(`{${reference}}`, 'It must be key:{key} or an id.');
      const dataExtension = find(caller, member, wanted);
      const rows = getBody(req);
      dataExtension.upsert(rows);
      res.json(rows);
    }),
  );
}

function sendRowset(
  res: Response,
  dataExtension: DataExtension,
  query: ListQuery,
  token: string,
  expiresAt: number,
): void {
  const { count, items } = select(dataExtension.rows(), query);
  const { page, pageSize, fields } = query;
  const linkTo = (number: number) => `/v1/customobjectdata/token/${token}/rowset?$page=${number}`;
  res.json({
    links: {
      self: linkTo(page),
      ...(page * pageSize < count && { next: linkTo(page + 1) }),
      ...(page > 1 && { previous: linkTo(page - 1) }),
    },
    requestToken: token,
    tokenExpireDateUtc: toTrimmedTime(expiresAt),
    customObjectId: dataExtension.id,
    customObjectKey: dataExtension.key,
    pageSize,
    page,
    count,
    top: 0,
    ...(count > 0 && { items: items.map((row) => toRowJson(row, dataExtension, fields)) }),
  });
}

function createRowCollection(dataExtension: DataExtension): Collection {
  return {
    catalogue: new FieldCatalogue(dataExtension.columns.map(({ name }) => name)),
    defaultOrder: dataExtension.keyNames().join(','),
    defaultPageSize: MAX_ROWS,
    maxPageSize: MAX_ROWS,
  };
}

/** Returns a row as the REST API shows it: keys and values apart, as text; of the values only the requested fields. */
function toRowJson(row: Row, { columns }: DataExtension, fields: readonly FieldPath[] | undefined): JsonObject {
  const toText = (some: readonly Column[]) =>
    Object.fromEntries(some.map((column) => [column.name, formatCell(row[column.name] ?? '', column)]));
  const values = toText(columns.filter((column) => !column.isPrimaryKey));
  return {
    keys: toText(columns.filter((column) => column.isPrimaryKey)),
    values: fields === undefined ? values : pick(values, fields),
  };
}
