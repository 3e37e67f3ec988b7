import { getChild, type XmlElement } from './xml-reader';

const SCHEMA_INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';

/** Returns the `xsi:type` of an element without its prefix; empty when it has none. */
export function getTypeName(element: XmlElement): string {
  return schemaAttribute(element, 'type').replace(/^.*:/, '');
}

/** Returns whether an element is empty by `xsi:nil="true"`. */
export function isNil(element: XmlElement): boolean {
  return /^(?:true|1)$/.test(schemaAttribute(element, 'nil'));
}

/** Returns the trimmed text of the first child with this name; empty when there is none. */
export function getText(parent: XmlElement | undefined, name: string): string {
  return getChild(parent, name)?.text.trim() ?? '';
}

function schemaAttribute({ attributes }: XmlElement, wanted: string): string {
  const found = attributes.find(({ name, namespace }) => name === wanted && namespace === SCHEMA_INSTANCE);
  return found?.value.trim() ?? '';
}
