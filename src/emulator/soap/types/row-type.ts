import { RestError } from '../../rest';
import type { DataExtension, Row } from '../../rest/data-extension';
import { shownCell, type Column } from '../../rest/row-columns';
import { SoapRefusal } from '../soap-errors';
import type { PropertyKind, SoapObject, SoapValue } from '../soap-object';
import type { SoapObjectType, WriteRequest } from '../soap-object-type';
import { element } from '../xml';
import { textIn } from '../xml-lookup';
import { childOf, childrenOf, type XmlElement } from '../xml-reader';

/** The rows of one data extension, in a type of its own: `DataExtensionObject[key]`. Its columns are the properties. */
export function rowType(dataExtension: DataExtension): SoapObjectType {
  const columns = new Map(dataExtension.columns.map((column) => [column.name, column]));
  return {
    name: 'DataExtensionObject',
    scope: 'data_extensions_read',
    properties: Object.fromEntries([...columns].map(([name, { type }]) => [name, KINDS[type]])),
    propertyOf: (name) => (columns.has(name.toLowerCase()) ? name.toLowerCase() : undefined),
    // The database's own words: rows are asked for by SQL.
    refuseProperties: () => 'Invalid column name',
    refuseFilter: () => 'Invalid column name',
    list: () => dataExtension.rows().map((row) => valuesOf(row, dataExtension.columns)),
    read: readRow,
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
      exists: ({ given }) => dataExtension.has(cellsOf(given)),
      perform: {
        create: (request) => {
          if (dataExtension.has(cellsOf(request.given))) {
            throw new SoapRefusal('Violation of PRIMARY KEY constraint. Cannot insert duplicate key.');
          }
          return upsert(dataExtension, request);
        },
        update: (request) => {
          if (!dataExtension.has(cellsOf(request.given))) throw new SoapRefusal('Unable to find the row to update.');
          return upsert(dataExtension, request);
        },
        delete: ({ given }) => {
          if (!dataExtension.remove(cellsOf(given))) throw new SoapRefusal('Unable to find the row to delete.');
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

function valuesOf(row: Row, columns: readonly Column[]): SoapObject {
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
  return element('Property', [element('Name', column.name), element('Value', shownCell(known, column))]);
}

/** A row as requests write it: `Properties/Property`, and `Keys/Key` to name one that is to be deleted. */
function readRow(object: XmlElement): SoapObject {
  const cells = [
    ...childrenOf(childOf(object, 'Properties'), 'Property'),
    ...childrenOf(childOf(object, 'Keys'), 'Key'),
  ];
  return Object.fromEntries(cells.map((cell) => [textIn(cell, 'Name').toLowerCase(), textIn(cell, 'Value')]));
}

function cellsOf(given: SoapObject): Record<string, string> {
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
    if (!(error instanceof RestError)) throw error;
    throw new SoapRefusal(error.additionalErrors?.[0]?.message ?? error.message);
  }
  return { object: given };
}
