import type { Router } from 'express';
import { getAssetScopes } from './asset-permissions';
import type { RestCaller, RestContext } from '../rest-context';
import { getBody, endpoint, getPathParameter } from '../endpoint';
import { FieldCatalogue, pick } from '../query/fields';
import type { Folder } from '../../data/folders';
import { isJsonObject, toLowerCaseMembers, toText } from '../../data/json';
import type { JsonObject } from '../../data/json';
import { answerList } from '../lists/answer-list';
import { OWN_LISTS } from '../lists/list-definitions';
import { invalidParameter } from '../../data/input-error';
import { notFound } from '../../http/rest-error';

const PATH = OWN_LISTS.categories;
const READ = { anyScope: getAssetScopes('view') };
const WRITE = { anyScope: getAssetScopes('create'), maxBodyBytes: 64 * 1024 };

/** The content types of the folders that are categories of Content Builder. */
const CATEGORY_TYPES: readonly string[] = ['asset', 'asset-shared', 'cloudpages'];

const CATALOGUE = new FieldCatalogue([
  ...['id', 'name', 'description', 'parentId', 'categoryType', 'memberId', 'enterpriseId'],
]);

/**
 * Adds the routes of Content Builder's categories, which are its folders: list, get, create, rename or move, delete. SOAP
 * shows the same folders as `DataFolder`.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/references/mc_rest_assets/getCategories.html
 */
export function addCategoryRoutes(router: Router, context: RestContext): void {
  const { folders, listRules } = context;

  function getCategories({ businessUnitId }: RestCaller): Folder[] {
    return folders.list(businessUnitId).filter(({ contentType }) => CATEGORY_TYPES.includes(contentType));
  }

  function find(caller: RestCaller, id: string): Folder {
    const found = getCategories(caller).find((folder) => String(folder.id) === id);
    if (found === undefined) throw notFound(`Category ${id}`);
    return found;
  }

  router.get(
    PATH,
    endpoint(context, READ, ({ caller, req, res }) => {
      const records = getCategories(caller).map((folder) => toCategory(folder, caller));
      const list = { path: PATH, dialect: 'items', sizes: { initial: 50, max: 500 }, catalogue: CATALOGUE } as const;
      const show = (record: JsonObject, fields: Parameters<typeof pick>[1] | undefined) =>
        fields === undefined ? record : pick(record, fields);
      answerList({ req, res }, { ...list, defaultOrder: 'id asc', records, show }, listRules);
    }),
  );

  router.get(
    `${PATH}/:id`,
    endpoint(context, READ, ({ caller, req, res }) => {
      res.json(toCategory(find(caller, getPathParameter(req, 'id')), caller));
    }),
  );

  router.post(
    PATH,
    endpoint(context, WRITE, ({ caller, req, res }) => {
      const body = parseMembers(getBody(req));
      const parent = find(caller, toText(body.get('parentid')));
      const added = { name: parseName(body.get('name')), parentId: parent.id, contentType: parent.contentType };
      const description = parseDescription(body.get('description'));
      const created = folders.create(caller.businessUnitId, { ...added, description }, context.now());
      res.status(201).json(toCategory(created, caller));
    }),
  );

  router.put(
    `${PATH}/:id`,
    endpoint(context, WRITE, ({ caller, req, res }) => {
      const folder = find(caller, getPathParameter(req, 'id'));
      const body = parseMembers(getBody(req));
      const parentId = body.get('parentid');
      const changes = {
        name: parseName(body.get('name')),
        description: parseDescription(body.get('description')),
        ...(parentId !== undefined && { parentId: find(caller, toText(parentId)).id }),
      };
      res.json(toCategory(folders.update(folder, changes, context.now()) ?? folder, caller));
    }),
  );

  router.delete(
    `${PATH}/:id`,
    endpoint(context, { anyScope: getAssetScopes('change') }, ({ caller, req, res }) => {
      const folder = find(caller, getPathParameter(req, 'id'));
      if (folder.parentId === 0) throw invalidParameter('id', 'The root of the folders stays.');
      folders.remove(folder);
      res.status(200).end();
    }),
  );
}

function toCategory(folder: Folder, { enterpriseId, businessUnitId }: RestCaller): JsonObject {
  const { id, description, name, parentId, contentType } = folder;
  return { id, description, enterpriseId, memberId: businessUnitId, name, parentId, categoryType: contentType };
}

/** Reads a body with members in any letter case: Salesforce's reference has `Name` and `ParentId`, clients send `name`. */
function parseMembers(body: unknown): ReadonlyMap<string, unknown> {
  if (!isJsonObject(body)) throw invalidParameter('body', 'It must be an object.');
  return toLowerCaseMembers(body);
}

function parseName(value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= 100) return value;
  throw invalidParameter('name', 'It must be text of 1 to 100 characters.');
}

function parseDescription(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
