import type { Folder, Folders } from '../../data/folders';
import { SoapRefusal } from '../soap-faults';
import type { SoapObject } from '../soap-value';
import { createPlainType, type SoapType, type WriteRequest } from '../soap-type';

/** Error numbers; they are guesses. */
const NO_SUCH_FOLDER = 68_001;
const FOLDER_EXISTS = 68_002;

/** Creates the type of folders. */
export function dataFolderType(folders: Folders): SoapType {
  const find = ({ given, token }: WriteRequest): Folder | undefined => {
    const all = folders.list(token.businessUnitId);
    if (given['ID'] !== undefined) return all.find(({ id }) => id === given['ID']);
    if (given['ObjectID'] !== undefined) return all.find(({ objectId }) => objectId === given['ObjectID']);
    return all.find(({ customerKey }) => customerKey === given['CustomerKey']);
  };
  const existing = (request: WriteRequest): Folder => {
    const found = find(request);
    if (found === undefined) throw new SoapRefusal('Folder not found.', NO_SUCH_FOLDER);
    if (found.parentId === 0) throw new SoapRefusal('This folder cannot be changed.', NO_SUCH_FOLDER);
    return found;
  };
  return createPlainType({
    name: 'DataFolder',
    scope: 'data_extensions_read',
    properties: {
      'Client.ID': 'number',
      CreatedDate: 'date',
      ModifiedDate: 'date',
      ID: 'number',
      ObjectID: 'text',
      CustomerKey: 'text',
      'ParentFolder.ID': 'number',
      'ParentFolder.ObjectID': 'text',
      'ParentFolder.CustomerKey': 'text',
      'ParentFolder.Name': 'text',
      'ParentFolder.Description': 'text',
      'ParentFolder.ContentType': 'text',
      'ParentFolder.IsActive': 'boolean',
      'ParentFolder.IsEditable': 'boolean',
      'ParentFolder.AllowChildren': 'boolean',
      Name: 'text',
      Description: 'text',
      ContentType: 'text',
      IsActive: 'boolean',
      IsEditable: 'boolean',
      AllowChildren: 'boolean',
    },
    // Shared folders belong to the top-level business unit; with QueryAllAccounts every business unit sees them.
    list: ({ tenant: { enterpriseId } }, businessUnitIds, queriesAll) => {
      const listFolders = (unitId: number, matches: (folder: Folder) => boolean): SoapObject[] =>
        folders
          .list(unitId)
          .filter(matches)
          .map((folder) => toObject(folder, folders.find(unitId, folder.parentId), unitId));
      const own = businessUnitIds.flatMap((unitId) =>
        listFolders(unitId, (folder) => unitId === enterpriseId || !isShared(folder)),
      );
      return queriesAll && !businessUnitIds.includes(enterpriseId)
        ? [...own, ...listFolders(enterpriseId, isShared)]
        : own;
    },
    writing: {
      scope: 'data_extensions_write',
      messages: {
        create: 'Folder created successfully.',
        update: 'Folder updated successfully.',
        delete: 'Folder deleted successfully.',
      },
      exists: (request) => find(request) !== undefined,
      perform: {
        create: ({ given, token: { businessUnitId }, now }) => {
          const parent = folders.find(businessUnitId, Number(given['ParentFolder.ID']));
          if (parent === undefined) throw new SoapRefusal('Parent folder not found.', NO_SUCH_FOLDER);
          const name = requireName(given);
          assertNameIsFree(folders.list(businessUnitId), parent.id, name);
          const created = folders.create(
            businessUnitId,
            {
              name,
              contentType: parent.contentType,
              parentId: parent.id,
              customerKey: getString(given, 'CustomerKey') ?? '',
              description: getString(given, 'Description') ?? '',
            },
            now,
          );
          return { newId: created.id, newObjectId: created.objectId };
        },
        update: (request) => {
          const { given, token, now } = request;
          const folder = existing(request);
          const name = given['Name'] === undefined ? folder.name : requireName(given);
          const others = folders.list(token.businessUnitId).filter(({ id }) => id !== folder.id);
          assertNameIsFree(others, folder.parentId, name);
          const description = getString(given, 'Description') ?? folder.description;
          folders.update(folder, { name, description }, now);
          return {};
        },
        delete: (request) => {
          const folder = existing(request);
          const hasFolders = folders.list(request.token.businessUnitId).some(({ parentId }) => parentId === folder.id);
          if (hasFolders) throw new SoapRefusal('A folder with folders in it cannot be deleted.', NO_SUCH_FOLDER);
          folders.remove(folder);
          return {};
        },
      },
    },
  });
}

function toObject(folder: Folder, parent: Folder | undefined, businessUnitId: number): SoapObject {
  return {
    'Client.ID': businessUnitId,
    CreatedDate: new Date(folder.createdAt),
    ModifiedDate: new Date(folder.modifiedAt),
    ID: folder.id,
    ObjectID: folder.objectId,
    CustomerKey: folder.customerKey,
    'ParentFolder.ID': folder.parentId,
    'ParentFolder.ObjectID': parent?.objectId,
    'ParentFolder.CustomerKey': parent?.customerKey,
    'ParentFolder.Name': parent?.name,
    'ParentFolder.Description': parent?.description,
    'ParentFolder.ContentType': parent?.contentType,
    'ParentFolder.IsActive': parent && true,
    'ParentFolder.IsEditable': parent && parent.parentId !== 0,
    'ParentFolder.AllowChildren': parent && true,
    Name: folder.name,
    Description: folder.description,
    ContentType: folder.contentType,
    IsActive: true,
    IsEditable: folder.parentId !== 0,
    AllowChildren: true,
  };
}

function isShared({ contentType }: Folder): boolean {
  return contentType.startsWith('shared_');
}

function assertNameIsFree(folders: readonly Folder[], parentId: number, wanted: string): void {
  const isTaken = folders.some(
    (folder) => folder.parentId === parentId && folder.name.toLowerCase() === wanted.toLowerCase(),
  );
  if (isTaken) throw new SoapRefusal('A folder with this name already exists there.', FOLDER_EXISTS);
}

function requireName(given: SoapObject): string {
  const name = getString(given, 'Name')?.trim();
  if (name === undefined || name === '') throw new SoapRefusal('Name is required.');
  return name;
}

function getString(given: SoapObject, name: string): string | undefined {
  const value = given[name];
  return typeof value === 'string' ? value : undefined;
}
