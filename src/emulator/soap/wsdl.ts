import { API_NAMESPACE } from './envelope';
import { LOGICAL_OPERATORS, SIMPLE_OPERATORS } from './filter';
import type { PropertyKind } from './soap-value';
import type { SoapType } from './soap-type';
import { escapeXml } from './xml-writer';

/** The types of XML Schema for the kinds of properties. */
const SCHEMA_TYPES: Readonly<Record<PropertyKind, string>> = {
  text: 'xsd:string',
  number: 'xsd:long',
  boolean: 'xsd:boolean',
  date: 'xsd:dateTime',
  objects: 'ObjectsHolder',
};

/** The operations that the emulator performs, with the elements of their requests and answers. */
const OPERATIONS: readonly (readonly [name: string, request: string, answer: string])[] = [
  ['Retrieve', 'RetrieveRequestMsg', 'RetrieveResponseMsg'],
  ['Create', 'CreateRequest', 'CreateResponse'],
  ['Update', 'UpdateRequest', 'UpdateResponse'],
  ['Delete', 'DeleteRequest', 'DeleteResponse'],
  ['Describe', 'DefinitionRequestMsg', 'DefinitionResponseMsg'],
];

/** Creates the WSDL of the emulator: its operations, filters and types. Marketing Cloud's has hundreds of types. */
export function createWsdl(address: string, types: readonly SoapType[]): string {
  const namespaces = {
    xmlns: 'http://schemas.xmlsoap.org/wsdl/',
    'xmlns:soap': 'http://schemas.xmlsoap.org/wsdl/soap/',
    'xmlns:xsd': 'http://www.w3.org/2001/XMLSchema',
    'xmlns:tns': API_NAMESPACE,
    targetNamespace: API_NAMESPACE,
  };
  const schema = { xmlns: API_NAMESPACE, targetNamespace: API_NAMESPACE, elementFormDefault: 'qualified' };
  const described = node(
    'types',
    {},
    node('xsd:schema', schema, ...MESSAGES, ...FILTERS, ...types.map(objectType), ROW),
  );
  return `<?xml version="1.0" encoding="utf-8"?>\n${node('definitions', namespaces, described, ...service(address))}\n`;
}

type Attributes = Readonly<Record<string, string>>;

function node(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).map(([attribute, value]) => ` ${attribute}="${escapeXml(value)}"`);
  const start = `<${name}${written.join('')}`;
  return children.length === 0 ? `${start}/>` : `${start}>${children.join('')}</${name}>`;
}

const OPTIONAL: Attributes = { minOccurs: '0' };
const ANY_NUMBER: Attributes = { minOccurs: '0', maxOccurs: 'unbounded' };

function field(name: string, type: string, occurs: Attributes = {}): string {
  return node('xsd:element', { name, type, ...occurs });
}

/** Declares an element that contains elements. */
function holder(name: string, occurs: Attributes, ...fields: readonly string[]): string {
  return node('xsd:element', { name, ...occurs }, node('xsd:complexType', {}, node('xsd:sequence', {}, ...fields)));
}

function complexType(name: string, ...fields: readonly string[]): string {
  return node('xsd:complexType', { name }, node('xsd:sequence', {}, ...fields));
}

function extension(name: string, base: string, ...fields: readonly string[]): string {
  const extended = node('xsd:extension', { base }, node('xsd:sequence', {}, ...fields));
  return node('xsd:complexType', { name }, node('xsd:complexContent', {}, extended));
}

function enumeration(name: string, values: readonly string[]): string {
  const each = values.map((value) => node('xsd:enumeration', { value }));
  return node('xsd:simpleType', { name }, node('xsd:restriction', { base: 'xsd:string' }, ...each));
}

const MESSAGES: readonly string[] = [
  holder('RetrieveRequestMsg', {}, field('RetrieveRequest', 'RetrieveRequest')),
  complexType(
    'RetrieveRequest',
    field('ObjectType', 'xsd:string'),
    field('Properties', 'xsd:string', ANY_NUMBER),
    field('Filter', 'FilterPart', OPTIONAL),
    field('ContinueRequest', 'xsd:string', OPTIONAL),
    field('QueryAllAccounts', 'xsd:boolean', OPTIONAL),
    holder('Options', OPTIONAL, field('BatchSize', 'xsd:int', OPTIONAL)),
  ),
  holder(
    'RetrieveResponseMsg',
    {},
    field('OverallStatus', 'xsd:string'),
    field('RequestID', 'xsd:string'),
    field('Results', 'APIObject', ANY_NUMBER),
  ),
  complexType(
    'APIObject',
    field('Client', 'ClientID', OPTIONAL),
    field('PartnerKey', 'xsd:string', { ...OPTIONAL, nillable: 'true' }),
    field('PartnerProperties', 'APIProperty', ANY_NUMBER),
    field('CreatedDate', 'xsd:dateTime', OPTIONAL),
    field('ModifiedDate', 'xsd:dateTime', OPTIONAL),
    field('ID', 'xsd:int', OPTIONAL),
    field('ObjectID', 'xsd:string', { ...OPTIONAL, nillable: 'true' }),
    field('CustomerKey', 'xsd:string', OPTIONAL),
  ),
  complexType('APIProperty', field('Name', 'xsd:string', OPTIONAL), field('Value', 'xsd:string', OPTIONAL)),
  complexType(
    'ClientID',
    ...['ID', 'CreatedBy', 'ModifiedBy', 'EnterpriseID'].map((name) => field(name, 'xsd:int', OPTIONAL)),
    field('PartnerClientKey', 'xsd:string', OPTIONAL),
  ),
  complexType('ObjectsHolder', node('xsd:any', { ...ANY_NUMBER, processContents: 'lax' })),
  ...['Create', 'Update', 'Delete'].flatMap(writeMessages),
  holder(
    'DefinitionRequestMsg',
    {},
    holder('DescribeRequests', {}, holder('ObjectDefinitionRequest', ANY_NUMBER, field('ObjectType', 'xsd:string'))),
  ),
  holder(
    'DefinitionResponseMsg',
    {},
    holder(
      'ObjectDefinition',
      ANY_NUMBER,
      field('ObjectType', 'xsd:string'),
      field('Properties', 'PropertyDefinition', ANY_NUMBER),
    ),
    field('RequestID', 'xsd:string', OPTIONAL),
  ),
  extension(
    'PropertyDefinition',
    'APIObject',
    field('Name', 'xsd:string', OPTIONAL),
    field('DataType', 'xsd:string', OPTIONAL),
    field('IsUpdatable', 'xsd:boolean', OPTIONAL),
    field('IsRetrievable', 'xsd:boolean', OPTIONAL),
  ),
];

/** Declares the request and the answer of an operation that writes. */
function writeMessages(operation: string): string[] {
  const result = [
    field('StatusCode', 'xsd:string'),
    field('StatusMessage', 'xsd:string'),
    field('OrdinalID', 'xsd:int'),
    field('ErrorCode', 'xsd:int', OPTIONAL),
    field('NewID', 'xsd:int', OPTIONAL),
    field('NewObjectID', 'xsd:string', OPTIONAL),
    field('Object', 'APIObject', OPTIONAL),
  ];
  return [
    holder(
      `${operation}Request`,
      {},
      holder('Options', OPTIONAL, node('xsd:any', { ...ANY_NUMBER, processContents: 'skip' })),
      field('Objects', 'APIObject', ANY_NUMBER),
    ),
    holder(
      `${operation}Response`,
      {},
      holder('Results', ANY_NUMBER, ...result),
      field('RequestID', 'xsd:string'),
      field('OverallStatus', 'xsd:string'),
    ),
  ];
}

const FILTERS: readonly string[] = [
  node('xsd:complexType', { name: 'FilterPart', abstract: 'true' }),
  extension(
    'SimpleFilterPart',
    'FilterPart',
    field('Property', 'xsd:string'),
    field('SimpleOperator', 'SimpleOperators'),
    field('Value', 'xsd:string', ANY_NUMBER),
    field('DateValue', 'xsd:dateTime', ANY_NUMBER),
  ),
  extension(
    'ComplexFilterPart',
    'FilterPart',
    field('LeftOperand', 'FilterPart'),
    field('LogicalOperator', 'LogicalOperators'),
    field('RightOperand', 'FilterPart'),
    holder('AdditionalOperands', OPTIONAL, field('Operand', 'FilterPart', ANY_NUMBER)),
  ),
  enumeration('SimpleOperators', SIMPLE_OPERATORS),
  enumeration('LogicalOperators', LOGICAL_OPERATORS),
];

/** The type of rows. Its properties are a list of names and values, because the columns are not in the schema. */
const ROW = extension(
  'DataExtensionObject',
  'APIObject',
  field('Type', 'xsd:string', OPTIONAL),
  holder(
    'Properties',
    OPTIONAL,
    holder('Property', ANY_NUMBER, field('Name', 'xsd:string'), field('Value', 'xsd:string')),
  ),
);

/** The elements of `APIObject`, which a type inherits. */
const BASE_MEMBERS: ReadonlySet<string> = new Set([
  ...['Client', 'PartnerKey', 'CreatedDate', 'ModifiedDate', 'ID', 'ObjectID', 'CustomerKey'],
]);

/** Declares a type. Properties with a dot in their names are in an inner element, which those of the same object share. */
function objectType({ name, properties }: SoapType): string {
  const paths = Object.entries(properties).map(([property, kind]) => ({ path: property.split('.'), kind }));
  const outer = [...new Set(paths.map(({ path: [first = ''] }) => first))].filter((each) => !BASE_MEMBERS.has(each));
  const fields = outer.map((first) => {
    const own = paths.filter(({ path }) => path[0] === first);
    const inner = own.flatMap(({ path: [, second], kind }) =>
      second === undefined ? [] : [field(second, SCHEMA_TYPES[kind], OPTIONAL)],
    );
    return inner.length > 0
      ? holder(first, OPTIONAL, ...inner)
      : field(first, SCHEMA_TYPES[own[0]?.kind ?? 'text'], OPTIONAL);
  });
  return extension(name, 'APIObject', ...fields);
}

function service(address: string): string[] {
  const message = (name: string): string =>
    node('message', { name }, node('part', { name: 'parameters', element: `tns:${name}` }));
  const body = node('soap:body', { use: 'literal' });
  const operation = (name: string, ...children: readonly string[]): string => node('operation', { name }, ...children);
  return [
    ...OPERATIONS.flatMap(([, request, answer]) => [message(request), message(answer)]),
    node(
      'portType',
      { name: 'Soap' },
      ...OPERATIONS.map(([name, request, answer]) =>
        operation(name, node('input', { message: `tns:${request}` }), node('output', { message: `tns:${answer}` })),
      ),
    ),
    node(
      'binding',
      { name: 'SoapBinding', type: 'tns:Soap' },
      node('soap:binding', { style: 'document', transport: 'http://schemas.xmlsoap.org/soap/http' }),
      ...OPERATIONS.map(([name]) =>
        operation(
          name,
          node('soap:operation', { soapAction: name, style: 'document' }),
          node('input', {}, body),
          node('output', {}, body),
        ),
      ),
    ),
    node(
      'service',
      { name: 'PartnerAPI' },
      node('port', { name: 'Soap', binding: 'tns:SoapBinding' }, node('soap:address', { location: address })),
    ),
  ];
}
