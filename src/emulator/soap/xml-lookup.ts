import { childOf, type XmlElement } from './xml-reader';

const SCHEMA_INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';

/** The `xsi:type` of an element without its prefix; '' when it has none. */
export function typeNameOf(element: XmlElement): string {
  return schemaAttribute(element, 'type').replace(/^.*:/, '');
}

/** Whether an element says that it holds nothing: `xsi:nil="true"`. */
export function isNil(element: XmlElement): boolean {
  return /^(?:true|1)$/.test(schemaAttribute(element, 'nil'));
}

/** The text of the first child with this name, without spaces around it; '' when there is none. */
export function textIn(parent: XmlElement | undefined, name: string): string {
  return childOf(parent, name)?.text.trim() ?? '';
}

function schemaAttribute({ attributes }: XmlElement, wanted: string): string {
  const found = attributes.find(({ name, namespace }) => name === wanted && namespace === SCHEMA_INSTANCE);
  return found?.value.trim() ?? '';
}
