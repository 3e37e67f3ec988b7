import { randomUUID } from 'node:crypto';
import { answerElement } from './envelope';
import { unreadable } from './soap-errors';
import type { PropertyKind } from './soap-object';
import type { SoapObjectType } from './soap-object-type';
import type { SoapObjectTypes } from './soap-object-types';
import { element } from './xml';
import { textIn } from './xml-lookup';
import { childOf, childrenOf, type XmlElement } from './xml-reader';

const DATA_TYPES: Readonly<Record<PropertyKind, string>> = {
  text: 'String',
  number: 'Int32',
  boolean: 'Boolean',
  date: 'DateTime',
  objects: 'APIObject[]',
};

/** What .NET calls an API object's two keys when nothing is in them. */
const NO_KEYS = '<PartnerKey xsi:nil="true" /><ObjectID xsi:nil="true" />';

/**
 * Answers a DefinitionRequestMsg: the properties of each type that is asked for. An unknown type has no properties.
 *
 * @throws SoapFault for another message
 */
export function answerDescribe(message: XmlElement | undefined, types: SoapObjectTypes): string {
  if (message?.name !== 'DefinitionRequestMsg') throw unreadable('There is no DefinitionRequestMsg.');
  const asked = childrenOf(childOf(message, 'DescribeRequests'), 'ObjectDefinitionRequest');
  const definitions = asked.map((request) => {
    const name = textIn(request, 'ObjectType');
    return element('ObjectDefinition', [element('ObjectType', name), ...describeProperties(types.fixedType(name))]);
  });
  return answerElement('DefinitionResponseMsg', [...definitions, element('RequestID', randomUUID())]);
}

function describeProperties(type: SoapObjectType | undefined): string[] {
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
