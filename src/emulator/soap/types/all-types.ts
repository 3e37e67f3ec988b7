import type { Core } from '../../core';
import type { DataExtensions } from '../../data/data-extensions';
import type { SharedData } from '../../data/shared-data';
import { SoapRefusal, unknownType } from '../soap-faults';
import type { SoapType } from '../soap-type';
import { accountUserAccountType, accountUserType, BUSINESS_UNIT } from './account-types';
import { automationTypes } from './automation-types';
import { dataExtensionFieldType } from './data-extension-field-type';
import { DATA_EXTENSION_TEMPLATE } from './data-extension-template-type';
import { dataExtensionType } from './data-extension-type';
import { dataFolderType } from './data-folder-type';
import { listType } from './list-type';
import { ROLE } from './role-type';
import { rowType } from './row-type';
import { sendingTypes } from './sending-types';
import { TYPES_WITHOUT_OBJECTS } from './types-without-objects';
import { subscriberType } from './subscriber-type';
import { getText, getTypeName } from '../xml-query';
import type { XmlElement } from '../xml-reader';

/** All SOAP object types. A new type is a file in this folder and an entry in `named`. */
export class SoapTypes {
  readonly #dataExtensions: DataExtensions;
  /** The types other than rows of data extensions; the WSDL and Describe list them. */
  readonly named: readonly SoapType[];

  constructor({ world }: Pick<Core, 'world'>, { dataExtensions, folders, records }: SharedData) {
    this.#dataExtensions = dataExtensions;
    this.named = [
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
      ...TYPES_WITHOUT_OBJECTS,
    ];
  }

  /** Finds a type by its name, which is case-sensitive. */
  findNamed(name: string): SoapType | undefined {
    return this.named.find((type) => type.name === name);
  }

  /** Finds the type that a Retrieve names: rows of a data extension, or a named type. @throws SoapRefusal */
  find(objectType: string, businessUnitId: number): SoapType {
    const [, key] = /^DataExtensionObject\[(.*)\]$/s.exec(objectType) ?? [];
    if (key !== undefined) return this.#rowType(key, businessUnitId);
    const found = this.findNamed(objectType);
    if (found !== undefined) return found;
    throw new SoapRefusal(
      `Unable to find a handler for object type: ${objectType}. Object types are case-sensitive, check spelling.`,
    );
  }

  /**
   * Finds the type of an object that is to be written, by its `xsi:type`.
   *
   * @throws SoapFault for an unknown type, SoapRefusal for rows of a data extension that does not exist
   */
  findForWriting(object: XmlElement, businessUnitId: number): SoapType {
    const name = getTypeName(object);
    if (name === 'DataExtensionObject')
      return this.#rowType(getText(object, 'CustomerKey') || getText(object, 'Name'), businessUnitId);
    const found = this.findNamed(name);
    if (found === undefined) throw unknownType(name, object.namespace, object.name);
    return found;
  }

  #rowType(key: string, businessUnitId: number): SoapType {
    const dataExtension = this.#dataExtensions.find(businessUnitId, 'key', key);
    if (dataExtension === undefined) {
      throw new SoapRefusal(`there is no data extension '${key}' in this business unit.`);
    }
    return rowType(dataExtension);
  }
}
