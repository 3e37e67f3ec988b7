import type { Core } from '../core';
import type { SharedData } from '../platform/rest-service';
import type { DataExtensions } from '../rest';
import { SoapRefusal, unknownType } from './soap-errors';
import type { SoapObjectType } from './soap-object-type';
import { accountUserAccountType, accountUserType, BUSINESS_UNIT } from './types/account-types';
import { automationTypes } from './types/automation-types';
import { dataExtensionFieldType } from './types/data-extension-field-type';
import { DATA_EXTENSION_TEMPLATE } from './types/data-extension-template-type';
import { dataExtensionType } from './types/data-extension-type';
import { dataFolderType } from './types/data-folder-type';
import { listType } from './types/list-type';
import { ROLE } from './types/role-type';
import { rowType } from './types/row-type';
import { sendingTypes } from './types/sending-types';
import { SHOWN_ONLY_TYPES } from './types/shown-only-types';
import { subscriberType } from './types/subscriber-type';
import { textIn, typeNameOf } from './xml-lookup';
import type { XmlElement } from './xml-reader';

/** The types that the service knows. */
export class SoapObjectTypes {
  readonly #dataExtensions: DataExtensions;
  /** The types with a name of their own, for the WSDL. */
  readonly fixed: readonly SoapObjectType[];

  constructor({ world }: Pick<Core, 'world'>, { dataExtensions, folders, records }: SharedData) {
    this.#dataExtensions = dataExtensions;
    this.fixed = [
      BUSINESS_UNIT,
      accountUserType(world),
      accountUserAccountType(world),
      ROLE,
      dataExtensionType(dataExtensions, folders),
      dataExtensionFieldType(dataExtensions),
      DATA_EXTENSION_TEMPLATE,
      dataFolderType(folders),
      listType(folders),
      subscriberType(dataExtensions),
      ...automationTypes(records),
      ...sendingTypes(),
      ...SHOWN_ONLY_TYPES,
    ];
  }

  /** One of the types with a name of its own; names are case-sensitive. */
  fixedType(name: string): SoapObjectType | undefined {
    return this.fixed.find((type) => type.name === name);
  }

  /** The type that a Retrieve of a business unit names. @throws SoapRefusal */
  find(objectType: string, businessUnitId: number): SoapObjectType {
    const [, key] = /^DataExtensionObject\[(.*)\]$/s.exec(objectType) ?? [];
    if (key !== undefined) return this.#rowType(key, businessUnitId);
    const found = this.fixedType(objectType);
    if (found !== undefined) return found;
    throw new SoapRefusal(
      `Unable to find a handler for object type: ${objectType}. Object types are case-sensitive, check spelling.`,
    );
  }

  /**
   * The type of an object that is to be written, by its `xsi:type`.
   *
   * @throws SoapFault for one that the schema does not have, SoapRefusal for rows of a data extension that is not there
   */
  findForWriting(object: XmlElement, businessUnitId: number): SoapObjectType {
    const name = typeNameOf(object);
    if (name === 'DataExtensionObject')
      return this.#rowType(textIn(object, 'CustomerKey') || textIn(object, 'Name'), businessUnitId);
    const found = this.fixedType(name);
    if (found === undefined) throw unknownType(name, object.namespace, object.name);
    return found;
  }

  #rowType(key: string, businessUnitId: number): SoapObjectType {
    const dataExtension = this.#dataExtensions.find(businessUnitId, 'key', key);
    if (dataExtension === undefined) {
      throw new SoapRefusal(`there is no data extension '${key}' in this business unit.`);
    }
    return rowType(dataExtension);
  }
}
