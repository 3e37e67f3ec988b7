import { findDataExtensionFolder } from '../../data/data-extensions';
import type { DataExtensions } from '../../data/data-extensions';
import type { Folders } from '../../data/folders';
import type { DataExtension } from '../../data/data-extension';
import { SeededRandom } from '../../data/seeded-random';
import { SoapRefusal } from '../soap-faults';
import { COMMON_PROPERTIES, type SoapObject } from '../soap-value';
import { createPlainType, type SoapType, type WriteRequest } from '../soap-type';
import { parseColumns } from './data-extension-columns';

const SCOPE = 'data_extensions_read';
/** The error number for a key that exists. */
const KEY_EXISTS = 310_007;

/** Creates the type of data extensions. One with a column `subscriberkey` is sendable. */
export function dataExtensionType(dataExtensions: DataExtensions, folders: Folders): SoapType {
  /** The properties that Create and Update have set. */
  const overrides = new WeakMap<DataExtension, SoapObject>();
  const toObject = (one: DataExtension, unitId: number): SoapObject => ({
    ...toDefaultObject(one, unitId, folders),
    ...overrides.get(one),
  });
  const find = ({ given, token }: WriteRequest): DataExtension | undefined => {
    const id = given['ObjectID'];
    if (typeof id === 'string' && id !== '') return dataExtensions.find(token.businessUnitId, 'id', id);
    const key = given['CustomerKey'];
    return typeof key === 'string' ? dataExtensions.find(token.businessUnitId, 'key', key) : undefined;
  };
  const existing = (request: WriteRequest): DataExtension => {
    const found = find(request);
    if (found === undefined) throw new SoapRefusal('Data Extension does not exist.');
    return found;
  };

  return createPlainType({
    name: 'DataExtension',
    scope: SCOPE,
    properties: {
      'Client.ID': 'number',
      ...COMMON_PROPERTIES,
      Description: 'text',
      IsSendable: 'boolean',
      IsTestable: 'boolean',
      'SendableDataExtensionField.Name': 'text',
      'SendableSubscriberField.Name': 'text',
      'Template.CustomerKey': 'text',
      DataRetentionPeriodLength: 'number',
      DataRetentionPeriodUnitOfMeasure: 'number',
      RowBasedRetention: 'boolean',
      ResetRetentionPeriodOnImport: 'boolean',
      DeleteAtEndOfRetentionPeriod: 'boolean',
      RetainUntil: 'text',
      CategoryID: 'number',
      Status: 'text',
    },
    list: (_token, businessUnitIds) =>
      businessUnitIds.flatMap((unitId) => dataExtensions.list(unitId).map((one) => toObject(one, unitId))),
    writing: {
      scope: 'data_extensions_write',
      messages: {
        create: 'Data Extension created.',
        update: 'Data Extension updated.',
        delete: 'Data Extension deleted. / Data Extension Fields deleted',
      },
      exists: (request) => find(request) !== undefined,
      perform: {
        create: (request) => {
          const { given, element, token, now } = request;
          if (find(request) !== undefined) {
            throw new SoapRefusal(
              'Updating an existing Data Extension definition when doing an insert operation is not allowed. ',
              KEY_EXISTS,
            );
          }
          const name = given['Name'];
          if (typeof name !== 'string' || name === '') throw new SoapRefusal('Name is required.');
          const { CustomerKey: key } = given;
          const created = dataExtensions.add(token.businessUnitId, {
            key: typeof key === 'string' && key !== '' ? key : name,
            columns: parseColumns(element),
          });
          saveSettings(created, given);
          overrides.set(created, { ...given, CustomerKey: created.key, ObjectID: created.id, ...toDates(now, now) });
          return { newId: 0, newObjectId: created.id, object: toObject(created, token.businessUnitId) };
        },
        update: (request) => {
          const found = existing(request);
          const { given, element, token, now } = request;
          const known = new Set(found.columns.map((column) => column.name));
          if (parseColumns(element).some((column) => !known.has(column.name))) {
            throw new SoapRefusal('the emulator does not add fields to a data extension.');
          }
          const before = toObject(found, token.businessUnitId);
          const fixed = { CustomerKey: found.key, ObjectID: found.id, 'Client.ID': token.businessUnitId };
          saveSettings(found, given);
          overrides.set(found, { ...before, ...given, ...fixed, ...toDates(before['CreatedDate'], now) });
          return { object: toObject(found, token.businessUnitId) };
        },
        delete: (request) => {
          dataExtensions.remove(request.token.businessUnitId, existing(request));
          return { object: request.given };
        },
      },
    },
  });
}

function toDates(created: SoapObject[string], modified: number): SoapObject {
  const createdDate = typeof created === 'number' ? new Date(created) : created;
  return { CreatedDate: createdDate, ModifiedDate: new Date(modified) };
}

/** Saves the properties that REST shows as well. */
function saveSettings(
  one: DataExtension,
  { Name: name, Description: description, CategoryID: folderId }: SoapObject,
): void {
  one.settings = {
    name: typeof name === 'string' && name !== '' ? name : one.settings.name,
    description: typeof description === 'string' ? description : one.settings.description,
    folderId: typeof folderId === 'number' ? folderId : one.settings.folderId,
  };
}

function toDefaultObject(one: DataExtension, businessUnitId: number, folders: Folders): SoapObject {
  const { key, id, columns } = one;
  const created = new Date(new SeededRandom(id).time());
  const sendable = columns.find(({ name }) => name === 'subscriberkey');
  const isKeptSixMonths = key.startsWith('Order');
  return {
    'Client.ID': businessUnitId,
    CreatedDate: created,
    ModifiedDate: created,
    ObjectID: id,
    CustomerKey: key,
    Name: key,
    Description: '',
    IsSendable: sendable !== undefined,
    IsTestable: false,
    'SendableDataExtensionField.Name': sendable?.name,
    'SendableSubscriberField.Name': sendable && '_SubscriberKey',
    // Six months, for each row.
    DataRetentionPeriodLength: isKeptSixMonths ? 6 : undefined,
    DataRetentionPeriodUnitOfMeasure: isKeptSixMonths ? 5 : undefined,
    RowBasedRetention: isKeptSixMonths,
    ResetRetentionPeriodOnImport: false,
    DeleteAtEndOfRetentionPeriod: false,
    RetainUntil: '',
    CategoryID: findDataExtensionFolder(key, businessUnitId, folders)?.id,
    Status: 'Active',
  };
}
