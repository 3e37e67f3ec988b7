import type { DataExtensions } from '../rest';
import { ACCOUNT_USER, BUSINESS_UNIT } from './account-objects';
import { dataExtensionType, rowType } from './data-extension-objects';
import { SoapRefusal } from './soap-errors';
import type { SoapObjectType } from './soap-object-type';
import { subscriberType } from './subscribers';

/** The types that Retrieve knows: those whose objects the emulator has anyway, and subscribers. */
export class SoapObjectTypes {
  readonly #dataExtensions: DataExtensions;
  readonly #fixed: readonly SoapObjectType[];

  constructor(dataExtensions: DataExtensions) {
    this.#dataExtensions = dataExtensions;
    this.#fixed = [BUSINESS_UNIT, ACCOUNT_USER, dataExtensionType(dataExtensions), subscriberType(dataExtensions)];
  }

  /** The types with a name of their own, for the WSDL. */
  get fixed(): readonly SoapObjectType[] {
    return this.#fixed;
  }

  /** The type that a request of a business unit names. */
  find(objectType: string, businessUnitId: number): SoapObjectType {
    const [, key] = /^DataExtensionObject\[(.*)\]$/s.exec(objectType) ?? [];
    if (key === undefined) {
      const found = this.#fixed.find(({ name }) => name === objectType);
      if (found === undefined) throw new SoapRefusal(`the emulator does not know the object type '${objectType}'.`);
      return found;
    }
    const dataExtension = this.#dataExtensions.find(businessUnitId, 'key', key);
    if (dataExtension === undefined)
      throw new SoapRefusal(`there is no data extension '${key}' in this business unit.`);
    return rowType(dataExtension);
  }
}
