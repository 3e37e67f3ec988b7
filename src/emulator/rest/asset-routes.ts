import type { Router } from 'express';
import { assetCollection, readAssetQuery } from './asset-query';
import type { Asset } from './asset-seed';
import { AssetStore, readAssetType } from './asset-store';
import { allows, findAssetType, scopesFor } from './asset-types';
import type { AssetAction } from './asset-types';
import { BusinessUnits } from './business-units';
import type { RestCaller } from './caller';
import type { RestContext } from './context';
import { bodyOf, endpoint, pathParameter } from './endpoint';
import { pick } from './fields';
import type { FieldPath } from './fields';
import type { JsonObject } from './json';
import { isJsonObject, toText } from './json';
import { queryParameters, select } from './list-query';
import { answerList, answerPage } from './lists/answer-list';
import { OWN_LISTS } from './lists/list-paths';
import { insufficientPrivileges, invalidParameter, notFound } from './rest-error';

const collectionPath = OWN_LISTS.assets;
const maxBodyBytes = 4 * 1024 * 1024;
const sizes = { initial: assetCollection.defaultPageSize, max: assetCollection.maxPageSize };

/** Members that are shown whatever `$fields` says, as in recorded answers. */
const alwaysShown = [['id'], ['customerKey'], ['assetType'], ['name'], ['legacyData'], ['modelVersion']];

/**
 * Content Builder: list, query, get, create, change, replace and delete assets, and read the file of one.
 *
 * A caller who may see some kinds of asset only gets a shorter list, and 403 for an asset of another kind.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/content-api.html
 */
export function addAssetRoutes(router: Router, context: RestContext): void {
  const stores = new BusinessUnits((account) => new AssetStore(account, context.folders));
  const list = { path: collectionPath, dialect: 'items', sizes, show: shownWith, ...assetCollection } as const;

  function visibleTo(caller: RestCaller): Asset[] {
    const assets = stores.of(caller).all();
    return assets.filter((asset) => isAllowed(caller, 'view', asset));
  }

  router.get(
    collectionPath,
    endpoint(context, { anyScope: scopesFor('view') }, ({ caller, req, res }) => {
      answerList({ req, res }, { ...list, records: visibleTo(caller) }, context.listRules);
    }),
  );

  router.post(
    `${collectionPath}/query`,
    endpoint(context, { anyScope: scopesFor('view'), maxBodyBytes }, ({ caller, req, res }) => {
      const query = readAssetQuery(objectBody(bodyOf(req)));
      const { page, pageSize, fields } = query;
      // Nothing is shared between the business units here.
      const isShared = queryParameters(req).get('scope')?.toLowerCase() === 'shared';
      const { count, items } = select(isShared ? [] : visibleTo(caller), query);
      const records = items.map((asset) => shownWith(asset, fields));
      const found = { page, pageSize, start: (page - 1) * pageSize, records, total: count };
      answerPage({ res }, { path: OWN_LISTS.assetQuery, dialect: 'items' }, found, context.listRules);
    }),
  );

  router.get(
    `${collectionPath}/:id/file`,
    endpoint(context, { anyScope: scopesFor('view') }, ({ caller, req, res }) => {
      const asset = findAsset(stores.of(caller), caller, 'view', pathParameter(req, 'id'));
      const { fileName } = isJsonObject(asset['fileProperties']) ? asset['fileProperties'] : {};
      if (findAssetType(asset['assetType'])?.kind !== 'files') throw notFound(`The file of asset ${asset.id}`);
      res.type('text/plain').send(Buffer.from(`The file ${toText(fileName)} of the emulator.`).toString('base64'));
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

  const change = (write: 'update' | 'replace') =>
    endpoint(context, { anyScope: scopesFor('change'), maxBodyBytes }, ({ caller, req, res }) => {
      const store = stores.of(caller);
      const asset = findAsset(store, caller, 'change', pathParameter(req, 'id'));
      res.json(store[write](asset, objectBody(bodyOf(req)), { userId: caller.userId, now: context.now() }));
    });
  router.patch(`${collectionPath}/:id`, change('update'));
  router.put(`${collectionPath}/:id`, change('replace'));

  router.delete(
    `${collectionPath}/:id`,
    endpoint(context, { anyScope: scopesFor('change') }, ({ caller, req, res }) => {
      const store = stores.of(caller);
      store.remove(findAsset(store, caller, 'change', pathParameter(req, 'id')));
      res.status(200).end();
    }),
  );
}

/** An asset as a list shows it: whole, or with the asked fields and what is shown anyway. */
function shownWith(asset: JsonObject, fields: readonly FieldPath[] | undefined): JsonObject {
  return fields === undefined ? asset : pick(asset, [...fields, ...alwaysShown]);
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
