import type { Router } from 'express';
import { ASSET_COLLECTION, parseAssetQuery } from './asset-query';
import type { Account, Asset } from '../../data/seeds/asset-seed';
import { AssetStore, parseAssetType } from './asset-store';
import { getAssetScopes, isAssetAllowed } from './asset-permissions';
import type { AssetAction } from './asset-permissions';
import { findAssetType } from '../../data/asset-types';
import { PerBusinessUnit } from '../../data/per-business-unit';
import type { RestCaller, RestContext } from '../rest-context';
import { getBody, endpoint, getPathParameter } from '../endpoint';
import { pick } from '../query/fields';
import type { FieldPath } from '../query/fields';
import type { JsonObject } from '../../data/json';
import { isJsonObject, toText } from '../../data/json';
import { parseQueryParameters, select } from '../query/list-query';
import { answerList, answerPage } from '../lists/answer-list';
import { OWN_LISTS } from '../lists/list-definitions';
import { invalidParameter } from '../../data/input-error';
import { insufficientPrivileges, notFound } from '../../http/rest-error';

const PATH = OWN_LISTS.assets;
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const SIZES = { initial: ASSET_COLLECTION.defaultPageSize, max: ASSET_COLLECTION.maxPageSize };

/** The members that a list shows regardless of `$fields`, as in recorded answers. */
const ALWAYS_SHOWN = [['id'], ['customerKey'], ['assetType'], ['name'], ['legacyData'], ['modelVersion']];

/**
 * Adds the routes of Content Builder: list, query, get, create, change, replace and delete assets, and read the file of
 * one. A caller with the scope of only one kind of asset gets a shorter list, and 403 for an asset of another kind.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/content-api.html
 */
export function addAssetRoutes(router: Router, context: RestContext): void {
  const stores = new PerBusinessUnit((account: Account) => new AssetStore(account, context.folders));
  const list = { path: PATH, dialect: 'items', sizes: SIZES, show: showAsset, ...ASSET_COLLECTION } as const;

  function listVisible(caller: RestCaller): Asset[] {
    const assets = stores.get(caller).all();
    return assets.filter((asset) => isAllowed(caller, 'view', asset));
  }

  router.get(
    PATH,
    endpoint(context, { anyScope: getAssetScopes('view') }, ({ caller, req, res }) => {
      answerList({ req, res }, { ...list, records: listVisible(caller) }, context.listRules);
    }),
  );

  router.post(
    `${PATH}/query`,
    endpoint(context, { anyScope: getAssetScopes('view'), maxBodyBytes: MAX_BODY_BYTES }, ({ caller, req, res }) => {
      const query = parseAssetQuery(parseObject(getBody(req)));
      const { page, pageSize, fields } = query;
      // The emulator has no assets that business units share.
      const isShared = parseQueryParameters(req).get('scope')?.toLowerCase() === 'shared';
      const { count, items } = select(isShared ? [] : listVisible(caller), query);
      const records = items.map((asset) => showAsset(asset, fields));
      const found = { page, pageSize, start: (page - 1) * pageSize, records, total: count };
      answerPage({ res }, { path: OWN_LISTS.assetQuery, dialect: 'items' }, found, context.listRules);
    }),
  );

  router.get(
    `${PATH}/:id/file`,
    endpoint(context, { anyScope: getAssetScopes('view') }, ({ caller, req, res }) => {
      const asset = findAsset(stores.get(caller), caller, 'view', getPathParameter(req, 'id'));
      const { fileName } = isJsonObject(asset['fileProperties']) ? asset['fileProperties'] : {};
      if (findAssetType(asset['assetType'])?.kind !== 'files') throw notFound(`The file of asset ${asset.id}`);
      res.type('text/plain').send(Buffer.from(`The file ${toText(fileName)} of the emulator.`).toString('base64'));
    }),
  );

  router.get(
    `${PATH}/:id`,
    endpoint(context, { anyScope: getAssetScopes('view') }, ({ caller, req, res }) => {
      res.json(findAsset(stores.get(caller), caller, 'view', getPathParameter(req, 'id')));
    }),
  );

  router.post(
    PATH,
    endpoint(context, { anyScope: getAssetScopes('create'), maxBodyBytes: MAX_BODY_BYTES }, ({ caller, req, res }) => {
      const body = parseObject(getBody(req));
      const type = parseAssetType(body);
      if (!isAssetAllowed(caller, 'create', type.kind)) throw insufficientPrivileges();
      const asset = stores.get(caller).create(body, type, { userId: caller.userId, now: context.now() });
      res.status(201).json(asset);
    }),
  );

  const change = (write: 'update' | 'replace') =>
    endpoint(context, { anyScope: getAssetScopes('change'), maxBodyBytes: MAX_BODY_BYTES }, ({ caller, req, res }) => {
      const store = stores.get(caller);
      const asset = findAsset(store, caller, 'change', getPathParameter(req, 'id'));
      res.json(store[write](asset, parseObject(getBody(req)), { userId: caller.userId, now: context.now() }));
    });
  router.patch(`${PATH}/:id`, change('update'));
  router.put(`${PATH}/:id`, change('replace'));

  router.delete(
    `${PATH}/:id`,
    endpoint(context, { anyScope: getAssetScopes('change') }, ({ caller, req, res }) => {
      const store = stores.get(caller);
      store.remove(findAsset(store, caller, 'change', getPathParameter(req, 'id')));
      res.status(200).end();
    }),
  );
}

/** Returns an asset as a list shows it: all of it, or the requested fields and those that are always shown. */
function showAsset(asset: JsonObject, fields: readonly FieldPath[] | undefined): JsonObject {
  return fields === undefined ? asset : pick(asset, [...fields, ...ALWAYS_SHOWN]);
}

function isAllowed(caller: RestCaller, action: AssetAction, asset: Asset): boolean {
  const type = findAssetType(asset['assetType']);
  return type !== undefined && isAssetAllowed(caller, action, type.kind);
}

function findAsset(store: AssetStore, caller: RestCaller, action: AssetAction, id: string): Asset {
  if (!/^\d{1,15}$/.test(id)) throw invalidParameter('id', 'It must be the number of an asset.');
  const asset = store.get(Number(id));
  if (asset === undefined) throw notFound(`Asset ${id}`);
  if (!isAllowed(caller, action, asset)) throw insufficientPrivileges();
  return asset;
}

function parseObject(body: unknown): JsonObject {
  if (!isJsonObject(body)) throw invalidParameter('body', 'It must be a JSON object.');
  return body;
}
