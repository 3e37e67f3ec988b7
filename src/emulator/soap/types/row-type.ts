import type { DataExtension, Row } from '../../data/data-extension';
import { formatCell, type Column } from '../../data/columns';
import { InputError } from '../../data/input-error';
import { SoapRefusal } from '../soap-faults';
import type { PropertyKind, SoapObject, SoapValue } from '../soap-value';
import type { SoapType, WriteRequest } from '../soap-type';
import { element } from '../xml-writer';
import { getText } from '../xml-query';
import { getChild, getChildren, type XmlElement } from '../xml-reader';

/** Creates the type of the rows of one data extension, `DataExtensionObject[key]`. Its columns are the properties. */
export function rowType(dataExtension: DataExtension): SoapType {
  const columns = new Map(dataExtension.columns.map((column) => [column.name, column]));
  return {
    name: 'DataExtensionObject',
    scope: 'data_extensions_read',
    properties: Object.fromEntries([...columns].map(([name, { type }]) => [name, KINDS[type]])),
    findProperty: (name) => (columns.has(name.toLowerCase()) ? name.toLowerCase() : undefined),
    // The words of Marketing Cloud's database.
    refuseProperties: () => 'Invalid column name',
    refuseFilter: () => 'Invalid column name',
    list: () => dataExtension.rows().map((row) => toValues(row, dataExtension.columns)),
    read: parseRow,
    write: (row, properties) => {
      const written = properties.flatMap((name) => {
        const column = columns.get(name);
        return column === undefined ? [] : [writeProperty(column, row[name])];
      });
      return `<PartnerKey xsi:nil="true" /><ObjectID xsi:nil="true" /><Type>DataExtensionObject</Type>${element('Properties', written)}`;
    },
    writing: {
      scope: 'data_extensions_write',
      messages: {
        create: 'Created DataExtensionObject',
        update: 'Updated DataExtensionObject',
        delete: 'Deleted DataExtensionObject',
      },
      exists: ({ given }) => dataExtension.has(toCells(given)),
      perform: {
        create: (request) => {
          if (dataExtension.has(toCells(request.given))) {
            throw new SoapRefusal('Violation of PRIMARY KEY constraint. Cannot insert duplicate key.');
          }
          return upsert(dataExtension, request);
        },
        update: (request) => {
          if (!dataExtension.has(toCells(request.given))) throw new SoapRefusal('Unable to find the row to update.');
          return upsert(dataExtension, request);
        },
        delete: ({ given }) => {
          if (!dataExtension.remove(toCells(given))) throw new SoapRefusal('Unable to find the row to delete.');
          return { object: given };
        },
      },
    },
  };
}

const KINDS: Readonly<Record<Column['type'], Exclude<PropertyKind, 'objects'>>> = {
  Text: 'text',
  EmailAddress: 'text',
  Number: 'number',
  Decimal: 'number',
  Boolean: 'boolean',
  Date: 'date',
};

function toValues(row: Row, columns: readonly Column[]): SoapObject {
  return Object.fromEntries(
    columns.map(({ name, type }): [string, SoapValue | undefined] => {
      const cell = row[name] ?? '';
      if (cell === '') return [name, undefined];
      if (type === 'Date') return [name, new Date(cell)];
      return [name, type === 'Boolean' ? cell === 'True' : cell];
    }),
  );
}

function writeProperty(column: Column, value: SoapValue | undefined): string {
  const cell =
    value instanceof Date ? value.toISOString() : typeof value === 'boolean' ? (value ? 'True' : 'False') : value;
  const known = typeof cell === 'string' || typeof cell === 'number' ? cell : '';
  return element('Property', [element('Name', column.name), element('Value', formatCell(known, column))]);
}

/** Parses a row: `Properties/Property`, and `Keys/Key` for a row that is to be deleted. */
function parseRow(object: XmlElement): SoapObject {
  const cells = [
    ...getChildren(getChild(object, 'Properties'), 'Property'),
    ...getChildren(getChild(object, 'Keys'), 'Key'),
  ];
  return Object.fromEntries(cells.map((cell) => [getText(cell, 'Name').toLowerCase(), getText(cell, 'Value')]));
}

function toCells(given: SoapObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}

function upsert(dataExtension: DataExtension, { given }: WriteRequest): { object: SoapObject } {
  const isKey = new Set(dataExtension.columns.filter((column) => column.isPrimaryKey).map(({ name }) => name));
  const pick = (wanted: boolean): SoapObject =>
    Object.fromEntries(Object.entries(given).filter(([name]) => isKey.has(name) === wanted));
  try {
    dataExtension.upsert([{ keys: pick(true), values: pick(false) }]);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new SoapRefusal(error.details[0]?.message ?? error.message);
  }
  return { object: given };
}
