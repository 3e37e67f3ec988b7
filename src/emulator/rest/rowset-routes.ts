import type { Response, Router } from 'express';
import type { RestCaller } from './caller';
import type { RestContext } from './context';
import type { DataExtension } from './data-extension';
import { bodyOf, endpoint, pathParameter } from './endpoint';
import { queryParameters, readListQuery, readPage, select } from './list-query';
import type { ListQuery } from './list-query';
import { invalidParameter, notFound } from './rest-error';
import { RowsetTokens } from './rowset-tokens';
import { trimmedTime } from './server-time';

const mayRead = { anyScope: ['data_extensions_read'] };
const mayWrite = { anyScope: ['data_extensions_write'], maxBodyBytes: 5 * 1024 * 1024 };

/**
 * Rows of data extensions: read them by the data extension's key, page on by `requestToken` or by key, upsert them.
 *
 * As in the real one, the links of a rowset lack the `/data` at their start, and a rowset without rows has no `items`.
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
    endpoint(context, mayRead, ({ caller, req, res }) => {
      const dataExtension = find(caller, 'key', pathParameter(req, 'key'));
      const query = readListQuery(queryParameters(req), dataExtension);
      const request = { businessUnitId: caller.businessUnitId, dataExtensionKey: dataExtension.key, query };
      const { token, expiresAt } = tokens.issue(request, context.now());
      answerRowset(res, dataExtension, query, token, expiresAt);
    }),
  );

  router.get(
    '/data/v1/customobjectdata/token/:token/rowset',
    endpoint(context, mayRead, ({ caller, req, res }) => {
      const token = pathParameter(req, 'token');
      const request = tokens.find(token, caller.businessUnitId, context.now());
      if (request === undefined) throw notFound(`Request token ${token}`);
      const query = { ...request.query, page: readPage(queryParameters(req).get('$page')) };
      answerRowset(res, find(caller, 'key', request.dataExtensionKey), query, token, request.expiresAt);
    }),
  );

  router.post(
    '/hub/v1/dataevents/:reference/rowset',
    endpoint(context, mayWrite, ({ caller, req, res }) => {
      const reference = pathParameter(req, 'reference');
      const isKey = reference.startsWith('key:');
      if (!isKey && !/^[\da-f-]{36}$/i.test(reference))
        throw invalidParameter(`{${reference}}`, 'It must be key:{key} or an id.');
      const dataExtension = isKey ? find(caller, 'key', reference.slice('key:'.length)) : find(caller, 'id', reference);
      const rows = bodyOf(req);
      dataExtension.upsert(rows);
      res.json(rows);
    }),
  );
}

function answerRowset(
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
    tokenExpireDateUtc: trimmedTime(expiresAt),
    customObjectId: dataExtension.id,
    customObjectKey: dataExtension.key,
    pageSize,
    page,
    count,
    top: 0,
    ...(count > 0 && { items: items.map((row) => dataExtension.shown(row, fields)) }),
  });
}
