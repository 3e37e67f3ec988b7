import { dataExtensionFolder } from '../../rest';
import type { DataExtensions, Folders } from '../../rest';
import type { DataExtension } from '../../rest/data-extension';
import { Seeded } from '../../rest/seeded';
import { SoapRefusal } from '../soap-errors';
import type { SoapObject } from '../soap-object';
import { plainType, type SoapObjectType, type WriteRequest } from '../soap-object-type';
import { readColumns } from './data-extension-columns';

const SCOPE = 'data_extensions_read';
/** For a key that is taken. */
const ALREADY_THERE = 310_007;

/** The data extensions of a business unit; those with a column for subscriber keys can be sent to. */
export function dataExtensionType(dataExtensions: DataExtensions, folders: Folders): SoapObjectType {
  /** What Create and Update said of data extensions. */
  const said = new WeakMap<DataExtension, SoapObject>();
  const describe = (one: DataExtension, unitId: number): SoapObject => ({
    ...describeByDefault(one, unitId, folders),
    ...said.get(one),
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

  return plainType({
    name: 'DataExtension',
    scope: SCOPE,
    properties: {
      'Client.ID': 'number',
      CreatedDate: 'date',
      ModifiedDate: 'date',
      ObjectID: 'text',
      CustomerKey: 'text',
      Name: 'text',
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
      businessUnitIds.flatMap((unitId) => dataExtensions.of(unitId).map((one) => describe(one, unitId))),
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
              ALREADY_THERE,
            );
          }
          const name = given['Name'];
          if (typeof name !== 'string' || name === '') throw new SoapRefusal('Name is required.');
          const { CustomerKey: key } = given;
          const made = dataExtensions.add(token.businessUnitId, {
            key: typeof key === 'string' && key !== '' ? key : name,
            columns: readColumns(element),
          });
          settle(made, given);
          said.set(made, { ...given, CustomerKey: made.key, ObjectID: made.id, ...stamp(now, now) });
          return { newId: 0, newObjectId: made.id, object: describe(made, token.businessUnitId) };
        },
        update: (request) => {
          const found = existing(request);
          const { given, element, token, now } = request;
          const known = new Set(found.columns.map((column) => column.name));
          if (readColumns(element).some((column) => !known.has(column.name))) {
            throw new SoapRefusal('the emulator does not add fields to a data extension.');
          }
          const before = describe(found, token.businessUnitId);
          const fixed = { CustomerKey: found.key, ObjectID: found.id, 'Client.ID': token.businessUnitId };
          settle(found, given);
          said.set(found, { ...before, ...given, ...fixed, ...stamp(before['CreatedDate'], now) });
          return { object: describe(found, token.businessUnitId) };
        },
        delete: (request) => {
          dataExtensions.remove(request.token.businessUnitId, existing(request));
          return { object: request.given };
        },
      },
    },
  });
}

function stamp(created: SoapObject[string], modified: number): SoapObject {
  const createdDate = typeof created === 'number' ? new Date(created) : created;
  return { CreatedDate: createdDate, ModifiedDate: new Date(modified) };
}

/** Keeps what REST shows too. */
function settle(one: DataExtension, { Name: name, Description: description, CategoryID: folderId }: SoapObject): void {
  one.settings = {
    name: typeof name === 'string' && name !== '' ? name : one.settings.name,
    description: typeof description === 'string' ? description : one.settings.description,
    folderId: typeof folderId === 'number' ? folderId : one.settings.folderId,
  };
}

function describeByDefault(one: DataExtension, businessUnitId: number, folders: Folders): SoapObject {
  const { key, id, columns } = one;
  const created = new Date(new Seeded(id).moment());
  const sendable = columns.find(({ name }) => name === 'subscriberkey');
  const isKeptForHalfAYear = key.startsWith('Order');
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
    // Six months, row by row.
    DataRetentionPeriodLength: isKeptForHalfAYear ? 6 : undefined,
    DataRetentionPeriodUnitOfMeasure: isKeptForHalfAYear ? 5 : undefined,
    RowBasedRetention: isKeptForHalfAYear,
    ResetRetentionPeriodOnImport: false,
    DeleteAtEndOfRetentionPeriod: false,
    RetainUntil: '',
    CategoryID: dataExtensionFolder(key, businessUnitId, folders)?.id,
    Status: 'Active',
  };
}
