import type { Column, ColumnType } from '../../data/columns';
import { SoapRefusal } from '../soap-faults';
import { getText } from '../xml-query';
import { getChild, getChildren, type XmlElement } from '../xml-reader';

/** The type of column for each `FieldType` of SOAP. */
const COLUMN_TYPES: Readonly<Record<string, ColumnType>> = {
  Text: 'Text',
  Phone: 'Text',
  Locale: 'Text',
  EmailAddress: 'EmailAddress',
  Number: 'Number',
  Decimal: 'Decimal',
  Boolean: 'Boolean',
  Date: 'Date',
};

/** Parses the columns in `Fields/Field` of a request. @throws SoapRefusal for a column without a name or with an unknown type */
export function parseColumns(dataExtension: XmlElement): Column[] {
  return getChildren(getChild(dataExtension, 'Fields'), 'Field').map((field) => {
    const name = getText(field, 'Name').toLowerCase();
    const fieldType = getText(field, 'FieldType') || 'Text';
    const type = Object.hasOwn(COLUMN_TYPES, fieldType) ? COLUMN_TYPES[fieldType] : undefined;
    if (name === '') throw new SoapRefusal('Field Name is required.');
    if (type === undefined) throw new SoapRefusal(`FieldType '${fieldType}' is not valid.`);
    return { name, type, isPrimaryKey: /^(?:true|1)$/i.test(getText(field, 'IsPrimaryKey')) };
  });
}
