import type { Column, ColumnType } from '../../rest/row-columns';
import { SoapRefusal } from '../soap-errors';
import { textIn } from '../xml-lookup';
import { childOf, childrenOf, type XmlElement } from '../xml-reader';

/** The `FieldType`s of SOAP, and the column that each becomes. */
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

/** The columns that a request describes in `Fields/Field`. @throws SoapRefusal for one without a name or of no known type */
export function readColumns(dataExtension: XmlElement): Column[] {
  return childrenOf(childOf(dataExtension, 'Fields'), 'Field').map((field) => {
    const name = textIn(field, 'Name').toLowerCase();
    const fieldType = textIn(field, 'FieldType') || 'Text';
    const type = Object.hasOwn(COLUMN_TYPES, fieldType) ? COLUMN_TYPES[fieldType] : undefined;
    if (name === '') throw new SoapRefusal('Field Name is required.');
    if (type === undefined) throw new SoapRefusal(`FieldType '${fieldType}' is not valid.`);
    return { name, type, isPrimaryKey: /^(?:true|1)$/i.test(textIn(field, 'IsPrimaryKey')) };
  });
}
