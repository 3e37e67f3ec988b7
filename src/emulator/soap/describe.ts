import { randomUUID } from 'node:crypto';
import { answerElement } from './envelope';
import { unreadable } from './soap-faults';
import type { PropertyKind } from './soap-value';
import type { SoapType } from './soap-type';
import type { SoapTypes } from './types/all-types';
import { element } from './xml-writer';
import { getText } from './xml-query';
import { getChild, getChildren, type XmlElement } from './xml-reader';

const DATA_TYPES: Readonly<Record<PropertyKind, string>> = {
  text: 'String',
  number: 'Int32',
  boolean: 'Boolean',
  date: 'DateTime',
  objects: 'APIObject[]',
};

/** The two empty keys of an API object, as .NET writes them. */
const NO_KEYS = '<PartnerKey xsi:nil="true" /><ObjectID xsi:nil="true" />';

/**
 * Answers a DefinitionRequestMsg with the properties of each requested type. An unknown type has no properties.
 *
 * @throws SoapFault for another message
 */
export function answerDescribe(message: XmlElement | undefined, types: SoapTypes): string {
  if (message?.name !== 'DefinitionRequestMsg') throw unreadable('There is no DefinitionRequestMsg.');
  const requests = getChildren(getChild(message, 'DescribeRequests'), 'ObjectDefinitionRequest');
  const definitions = requests.map((request) => {
    const name = getText(request, 'ObjectType');
    return element('ObjectDefinition', [element('ObjectType', name), ...describeProperties(types.findNamed(name))]);
  });
  return answerElement('DefinitionResponseMsg', [...definitions, element('RequestID', randomUUID())]);
}

function describeProperties(type: SoapType | undefined): string[] {
  return Object.entries(type?.properties ?? {}).map(([name, kind]) =>
    element('Properties', [
      NO_KEYS,
      element('Name', name),
      element('DataType', DATA_TYPES[kind]),
      element('IsUpdatable', String(type?.writing !== undefined)),
      element('IsRetrievable', 'true'),
    ]),
  );
}
