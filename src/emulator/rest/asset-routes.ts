import type { Response, Router } from 'express';
import { assetCollection, readAssetQuery } from './asset-query';
import type { Asset } from './asset-seed';
import { AssetStore, readAssetType } from './asset-store';
import { allows, findAssetType, scopesFor } from './asset-types';
import type { AssetAction } from './asset-types';
import { BusinessUnits } from './business-units';
import type { RestCaller, RestContext } from './context';
import { bodyOf, endpoint, pathParameter } from './endpoint';
import { pick } from './fields';
import type { JsonObject } from './json';
import { isJsonObject } from './json';
import { queryParameters, readListQuery, select } from './list-query';
import type { ListQuery } from './list-query';
import { insufficientPrivileges, invalidParameter, notFound } from './rest-error';

const collectionPath = '/asset/v1/content/assets';
const maxBodyBytes = 4 * 1024 * 1024;

/** Members that are shown whatever `$fields` says, as in Salesforce's own examples. */
const alwaysShown = [['id'], ['customerKey'], ['assetType'], ['modelVersion']];

/**
 * Content Builder: list, query, get, create, change and delete assets.
 *
 * A caller who may see some kinds of asset only gets a shorter list, and 403 for an asset of another kind.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/content-api.html
 */
export function addAssetRoutes(router: Router, context: RestContext): void {
  const stores = new BusinessUnits((account) => new AssetStore(account));

  function answerList(res: Response, caller: RestCaller, query: ListQuery): void {
    const visible = stores
      .of(caller)
      .all()
      .filter((asset) => maySee(caller, asset));
    const { count, items } = select(visible, query);
    const { fields } = query;
    const shown = fields === undefined ? items : items.map((asset) => pick(asset, [...fields, ...alwaysShown]));
    res.json({ count, page: query.page, pageSize: query.pageSize, links: {}, items: shown });
  }

  router.get(
    collectionPath,
    endpoint(context, { anyScope: scopesFor('view') }, ({ caller, req, res }) => {
      answerList(res, caller, readListQuery(queryParameters(req), assetCollection));
    }),
  );

  router.post(
    `${collectionPath}/query`,
    endpoint(context, { anyScope: scopesFor('view'), maxBodyBytes }, ({ caller, req, res }) => {
      answerList(res, caller, readAssetQuery(objectBody(bodyOf(req))));
    }),
  );

  router.get(
    `${collectionPath}/:id`,
    endpoint(context, { anyScope: scopesFor('view') }, ({ caller, req, res }) => {
      res.json(findAsset(stores.of(caller), caller, 'view', pathParameter(req, 'id')));
    }),
  );

  router.post(
    collectionPath,
    endpoint(context, { anyScope: scopesFor('create'), maxBodyBytes }, ({ caller, req, res }) => {
      const body = objectBody(bodyOf(req));
      const type = readAssetType(body);
      if (!allows(caller, 'create', type.kind)) throw insufficientPrivileges();
      const asset = stores.of(caller).create(body, type, { userId: caller.userId, now: context.now() });
      res.status(201).json(asset);
    }),
  );

  router.patch(
    `${collectionPath}/:id`,
    endpoint(context, { anyScope: scopesFor('change'), maxBodyBytes }, ({ caller, req, res }) => {
      const store = stores.of(caller);
      const asset = findAsset(store, caller, 'change', pathParameter(req, 'id'));
      res.json(store.update(asset, objectBody(bodyOf(req)), { userId: caller.userId, now: context.now() }));
    }),
  );

  router.delete(
    `${collectionPath}/:id`,
    endpoint(context, { anyScope: scopesFor('change') }, ({ caller, req, res }) => {
      const store = stores.of(caller);
      store.remove(findAsset(store, caller, 'change', pathParameter(req, 'id')));
      res.status(200).end();
    }),
  );
}

function maySee(caller: RestCaller, asset: Asset): boolean {
  return isAllowed(caller, 'view', asset);
}

function isAllowed(caller: RestCaller, action: AssetAction, asset: Asset): boolean {
  const type = findAssetType(asset['assetType']);
  return type !== undefined && allows(caller, action, type.kind);
}

function findAsset(store: AssetStore, caller: RestCaller, action: AssetAction, id: string): Asset {
  if (!/^\d{1,15}$/.test(id)) throw invalidParameter('id', 'It must be the number of an asset.');
  const asset = store.get(Number(id));
  if (asset === undefined) throw notFound(`Asset ${id}`);
  if (!isAllowed(caller, action, asset)) throw insufficientPrivileges();
  return asset;
}

function objectBody(body: unknown): JsonObject {
  if (!isJsonObject(body)) throw invalidParameter('body', 'It must be a JSON object.');
  return body;
}
