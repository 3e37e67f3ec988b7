import type { Router } from 'express';
import { scopesFor } from './asset-types';
import type { RestCaller } from './caller';
import type { RestContext } from './context';
import { bodyOf, endpoint, pathParameter } from './endpoint';
import { FieldCatalogue, pick } from './fields';
import type { Folder } from './folders';
import { isJsonObject, toText } from './json';
import type { JsonObject } from './json';
import { answerList } from './lists/answer-list';
import { OWN_LISTS } from './lists/list-paths';
import { invalidParameter, notFound } from './rest-error';

const collectionPath = OWN_LISTS.categories;
const mayRead = { anyScope: scopesFor('view') };
const mayWrite = { anyScope: scopesFor('create'), maxBodyBytes: 64 * 1024 };

/** The content types of folders that Content Builder knows as categories. */
const categoryTypes: readonly string[] = ['asset', 'asset-shared', 'cloudpages'];

const catalogue = new FieldCatalogue([
  ...['id', 'name', 'description', 'parentId', 'categoryType', 'memberId', 'enterpriseId'],
]);

/**
 * The categories of Content Builder, which are its folders: list, get, create, rename or move, delete. SOAP shows the
 * same as `DataFolder`.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/references/mc_rest_assets/getCategories.html
 */
export function addCategoryRoutes(router: Router, context: RestContext): void {
  const { folders, listRules } = context;

  function categoriesOf({ businessUnitId }: RestCaller): Folder[] {
    return folders.of(businessUnitId).filter(({ contentType }) => categoryTypes.includes(contentType));
  }

  function find(caller: RestCaller, id: string): Folder {
    const found = categoriesOf(caller).find((folder) => String(folder.id) === id);
    if (found === undefined) throw notFound(`Category ${id}`);
    return found;
  }

  router.get(
    collectionPath,
    endpoint(context, mayRead, ({ caller, req, res }) => {
      const records = categoriesOf(caller).map((folder) => shownCategory(folder, caller));
      const list = { path: collectionPath, dialect: 'items', sizes: { initial: 50, max: 500 }, catalogue } as const;
      const show = (record: JsonObject, fields: Parameters<typeof pick>[1] | undefined) =>
        fields === undefined ? record : pick(record, fields);
      answerList({ req, res }, { ...list, defaultOrder: 'id asc', records, show }, listRules);
    }),
  );

  router.get(
    `${collectionPath}/:id`,
    endpoint(context, mayRead, ({ caller, req, res }) => {
      res.json(shownCategory(find(caller, pathParameter(req, 'id')), caller));
    }),
  );

  router.post(
    collectionPath,
    endpoint(context, mayWrite, ({ caller, req, res }) => {
      const body = lowerCased(bodyOf(req));
      const parent = find(caller, toText(body.get('parentid')));
      const added = { name: readName(body.get('name')), parentId: parent.id, contentType: parent.contentType };
      const description = readDescription(body.get('description'));
      const made = folders.create(caller.businessUnitId, { ...added, description }, context.now());
      res.status(201).json(shownCategory(made, caller));
    }),
  );

  router.put(
    `${collectionPath}/:id`,
    endpoint(context, mayWrite, ({ caller, req, res }) => {
      const folder = find(caller, pathParameter(req, 'id'));
      const body = lowerCased(bodyOf(req));
      const parentId = body.get('parentid');
      const changes = {
        name: readName(body.get('name')),
        description: readDescription(body.get('description')),
        ...(parentId !== undefined && { parentId: find(caller, toText(parentId)).id }),
      };
      res.json(shownCategory(folders.update(folder, changes, context.now()) ?? folder, caller));
    }),
  );

  router.delete(
    `${collectionPath}/:id`,
    endpoint(context, { anyScope: scopesFor('change') }, ({ caller, req, res }) => {
      const folder = find(caller, pathParameter(req, 'id'));
      if (folder.parentId === 0) throw invalidParameter('id', 'The root of the folders stays.');
      folders.remove(folder);
      res.status(200).end();
    }),
  );
}

function shownCategory(folder: Folder, { enterpriseId, businessUnitId }: RestCaller): JsonObject {
  const { id, description, name, parentId, contentType } = folder;
  return { id, description, enterpriseId, memberId: businessUnitId, name, parentId, categoryType: contentType };
}

/** The members of a body by lower-case name: the reference writes `Name` and `ParentId`, clients `name` and `parentId`. */
function lowerCased(body: unknown): ReadonlyMap<string, unknown> {
  if (!isJsonObject(body)) throw invalidParameter('body', 'It must be an object.');
  return new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]));
}

function readName(value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= 100) return value;
  throw invalidParameter('name', 'It must be text of 1 to 100 characters.');
}

function readDescription(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
