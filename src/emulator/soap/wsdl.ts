import { LOGICAL_OPERATORS, SIMPLE_OPERATORS } from './filter';
import type { PropertyKind, SoapObjectType } from './soap-object-type';
import { escapeXml } from './xml';

const NAMESPACE = 'http://exacttarget.com/wsdl/partnerAPI';

/** The types of XML Schema for what properties hold. */
const SCHEMA_TYPES: Readonly<Record<PropertyKind, string>> = {
  text: 'xsd:string',
  number: 'xsd:long',
  boolean: 'xsd:boolean',
  date: 'xsd:dateTime',
};

/** A description of what the emulator serves: Retrieve, its filters, its types. The real one has hundreds of types. */
export function wsdl(address: string, types: readonly SoapObjectType[]): string {
  const namespaces = {
    xmlns: 'http://schemas.xmlsoap.org/wsdl/',
    'xmlns:soap': 'http://schemas.xmlsoap.org/wsdl/soap/',
    'xmlns:xsd': 'http://www.w3.org/2001/XMLSchema',
    'xmlns:tns': NAMESPACE,
    targetNamespace: NAMESPACE,
  };
  const schema = { xmlns: NAMESPACE, targetNamespace: NAMESPACE, elementFormDefault: 'qualified' };
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

/** An element with elements in it. */
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
    field('PartnerKey', 'xsd:string', { ...OPTIONAL, nillable: 'true' }),
    field('ObjectID', 'xsd:string', { ...OPTIONAL, nillable: 'true' }),
  ),
];

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

/** Rows have the columns of their data extension, which no schema knows. */
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

/** A property with a dot in its name stands in an element of its own. */
function objectType({ name, properties }: SoapObjectType): string {
  const own = Object.entries(properties).filter(([property]) => property !== 'ObjectID');
  const fields = own.map(([property, kind]) => {
    const [outer = '', inner] = property.split('.');
    const type = SCHEMA_TYPES[kind];
    return inner === undefined ? field(outer, type, OPTIONAL) : holder(outer, OPTIONAL, field(inner, type, OPTIONAL));
  });
  return extension(name, 'APIObject', ...fields);
}

function service(address: string): string[] {
  const message = (name: string): string =>
    node('message', { name }, node('part', { name: 'parameters', element: `tns:${name}` }));
  const body = node('soap:body', { use: 'literal' });
  return [
    message('RetrieveRequestMsg'),
    message('RetrieveResponseMsg'),
    node(
      'portType',
      { name: 'Soap' },
      node(
        'operation',
        { name: 'Retrieve' },
        node('input', { message: 'tns:RetrieveRequestMsg' }),
        node('output', { message: 'tns:RetrieveResponseMsg' }),
      ),
    ),
    node(
      'binding',
      { name: 'SoapBinding', type: 'tns:Soap' },
      node('soap:binding', { style: 'document', transport: 'http://schemas.xmlsoap.org/soap/http' }),
      node(
        'operation',
        { name: 'Retrieve' },
        node('soap:operation', { soapAction: 'Retrieve', style: 'document' }),
        node('input', {}, body),
        node('output', {}, body),
      ),
    ),
    node(
      'service',
      { name: 'PartnerAPI' },
      node('port', { name: 'Soap', binding: 'tns:SoapBinding' }, node('soap:address', { location: address })),
    ),
  ];
}
