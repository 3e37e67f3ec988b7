/** An element of a document. */
export interface XmlElement {
  /** The name without its prefix. */
  readonly name: string;
  /** Empty without a namespace. */
  readonly namespace: string;
  /** The attributes, without the declarations of namespaces. */
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** The text of the element itself, untrimmed, without that of its children. */
  readonly text: string;
}

/** An attribute of an element. */
export interface XmlAttribute {
  readonly name: string;
  /** Empty without a prefix: an attribute does not inherit the namespace of its element. */
  readonly namespace: string;
  readonly value: string;
}

/** The reason why a text is not an accepted document. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

/** Returns the children with this name, in any namespace. */
export function getChildren(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** Returns the first child with this name, in any namespace. */
export function getChild(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return getChildren(element, name)[0];
}

const MAX_DEPTH = 100;
const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

const INVALID_CHARACTER = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const START =
  'A-Z_a-z\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c-\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}';
const PART = `[${START}][\\u0300-\\u036f${START}.0-9\\xb7\\u203f-\\u2040-]*`;
const NAME = new RegExp(`(?:(${PART}):)?(${PART})`, 'uy');
const DECLARATION =
  /<\?xml[ \t\n]+version[ \t\n]*=[ \t\n]*(["'])1\.\d+\1(?:[ \t\n]+encoding[ \t\n]*=[ \t\n]*(["'])[A-Za-z][\w.-]*\2)?(?:[ \t\n]+standalone[ \t\n]*=[ \t\n]*(["'])(?:yes|no)\3)?[ \t\n]*\?>/y;

/**
 * Parses an XML 1.0 document with namespaces. It must be well-formed. A DOCTYPE and more than a hundred levels are refused,
 * so that a document can neither define entities nor have a file loaded.
 *
 * @throws XmlError
 * @see https://www.w3.org/TR/xml/ and https://www.w3.org/TR/xml-names/
 */
export function parseXml(text: string): XmlElement {
  return new Reader(text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n')).read();
}

type Scope = ReadonlyMap<string, string>;

interface Open {
  readonly qualified: string;
  readonly scope: Scope;
  readonly element: XmlElement & { readonly children: XmlElement[]; text: string };
}

interface QualifiedName {
  readonly qualified: string;
  readonly prefix: string;
  readonly local: string;
}

class Reader {
  readonly #text: string;
  #at = 0;
  readonly #open: Open[] = [];
  #root: XmlElement | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  read(): XmlElement {
    if (INVALID_CHARACTER.test(this.#text)) throw new XmlError('There is a character that XML does not allow.');
    if (/^<\?xml[ \t\n]/.test(this.#text)) this.#match(DECLARATION, 'a whole XML declaration');
    while (this.#at < this.#text.length) this.#next();
    if (this.#root === undefined || this.#open.length > 0) throw new XmlError('The document is not complete.');
    return this.#root;
  }

  #next(): void {
    if (!this.#looksAt('<')) this.#characters();
    else if (this.#takes('<!--')) this.#comment();
    else if (this.#takes('<![CDATA[')) this.#cdata();
    else if (this.#looksAt('<!')) throw new XmlError('A DOCTYPE or another declaration is not allowed.');
    else if (this.#takes('<?')) this.#instruction();
    else if (this.#takes('</')) this.#endTag();
    else this.#startTag();
  }

  #characters(): void {
    const end = this.#text.indexOf('<', this.#at);
    const raw = this.#text.slice(this.#at, end < 0 ? undefined : end);
    this.#at += raw.length;
    if (raw.includes(']]>')) throw new XmlError(']]> may only end a CDATA section.');
    const top = this.#open.at(-1);
    if (top !== undefined) top.element.text += resolveReferences(raw);
    else if (/[^ \t\n]/.test(raw)) throw new XmlError('There is text outside the root element.');
  }

  #comment(): void {
    const comment = this.#upTo('-->', 'a comment');
    if (comment.includes('--') || comment.endsWith('-')) throw new XmlError('-- may not stand in a comment.');
  }

  #cdata(): void {
    const top = this.#open.at(-1);
    if (top === undefined) throw new XmlError('There is a CDATA section outside the root element.');
    top.element.text += this.#upTo(']]>', 'a CDATA section');
  }

  #instruction(): void {
    const { local, prefix } = this.#name();
    if (prefix !== '') throw new XmlError('A target has no prefix.');
    if (/^xml$/i.test(local)) throw new XmlError('An XML declaration may only stand at the start.');
    if (!this.#looksAt('?>') && this.#space() === 0) throw new XmlError('After a target there must be a space.');
    this.#upTo('?>', 'a processing instruction');
  }

  #endTag(): void {
    const { qualified } = this.#name();
    this.#space();
    this.#expect('>');
    const closed = this.#open.pop();
    if (closed?.qualified !== qualified) throw new XmlError(`</${qualified}> closes nothing.`);
  }

  #startTag(): void {
    this.#expect('<');
    const name = this.#name();
    const raw: (QualifiedName & { readonly value: string })[] = [];
    let spaces = this.#space();
    while (!this.#looksAt('>') && !this.#looksAt('/>')) {
      if (spaces === 0) throw new XmlError('There must be a space before an attribute.');
      raw.push({ ...this.#name(), value: this.#attributeValue() });
      spaces = this.#space();
    }
    const parent = this.#open.at(-1);
    if (parent === undefined && this.#root !== undefined) throw new XmlError('There is a second root element.');
    if (this.#open.length === MAX_DEPTH) throw new XmlError(`There are more than ${MAX_DEPTH} levels.`);
    const scope = extendScope(parent?.scope ?? new Map([['xml', XML_NAMESPACE]]), raw);
    const element = {
      name: name.local,
      namespace: name.prefix === '' ? (scope.get('') ?? '') : getNamespace(scope, name.prefix),
      attributes: resolveAttributes(raw, scope),
      children: [],
      text: '',
    };
    if (parent === undefined) this.#root = element;
    else parent.element.children.push(element);
    if (!this.#takes('/>')) {
      this.#expect('>');
      this.#open.push({ qualified: name.qualified, scope, element });
    }
  }

  #attributeValue(): string {
    this.#space();
    this.#expect('=');
    this.#space();
    const quote = this.#looksAt('"') ? '"' : "'";
    this.#expect(quote);
    const raw = this.#upTo(quote, 'an attribute');
    if (raw.includes('<')) throw new XmlError('< may not stand in an attribute.');
    return resolveReferences(raw.replace(/[\t\n]/g, ' '));
  }

  #name(): QualifiedName {
    const [qualified = '', prefix = '', local = ''] = this.#match(NAME, 'a name');
    return { qualified, prefix, local };
  }

  #space(): number {
    const from = this.#at;
    while (this.#at < this.#text.length && ' \t\n'.includes(this.#text.charAt(this.#at))) this.#at += 1;
    return this.#at - from;
  }

  #match(pattern: RegExp, what: string): RegExpExecArray {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) throw new XmlError(`Expected ${what}.`);
    this.#at = pattern.lastIndex;
    return found;
  }

  /** Returns the text before `end` and moves behind it. */
  #upTo(end: string, what: string): string {
    const at = this.#text.indexOf(end, this.#at);
    if (at < 0) throw new XmlError(`Expected the end of ${what}.`);
    const found = this.#text.slice(this.#at, at);
    this.#at = at + end.length;
    return found;
  }

  #looksAt(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  #takes(text: string): boolean {
    if (!this.#looksAt(text)) return false;
    this.#at += text.length;
    return true;
  }

  #expect(text: string): void {
    if (!this.#takes(text)) throw new XmlError(`Expected ${text}.`);
  }
}

/** Replaces the references in text: the five predefined entities and character references. */
function resolveReferences(raw: string): string {
  return raw.replace(/&([^;&]*)(;?)/g, (_reference, name: string, end: string) => {
    const [, hexadecimal, decimal] = /^#(?:x([0-9a-f]+)|([0-9]+))$/i.exec(name) ?? [];
    const digits = hexadecimal ?? decimal;
    const code = digits === undefined ? undefined : parseInt(digits, hexadecimal === undefined ? 10 : 16);
    const character =
      code === undefined ? ENTITIES.get(name) : code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
    if (end === '' || name.startsWith('#X') || character === undefined || INVALID_CHARACTER.test(character)) {
      throw new XmlError('There is an & that begins no known reference.');
    }
    return character;
  });
}

function extendScope(outer: Scope, attributes: readonly (QualifiedName & { readonly value: string })[]): Scope {
  const declared = attributes.filter(({ qualified, prefix }) => qualified === 'xmlns' || prefix === 'xmlns');
  if (declared.length === 0) return outer;
  const scope = new Map(outer);
  for (const { prefix, local, value } of declared) {
    const bound = prefix === '' ? '' : local;
    const isXml = (bound === 'xml') !== (value === XML_NAMESPACE);
    if (bound === 'xmlns' || value === XMLNS_NAMESPACE || isXml || (bound !== '' && value === '')) {
      throw new XmlError('A prefix is bound to what it must not be bound to.');
    }
    scope.set(bound, value);
  }
  return scope;
}

function resolveAttributes(raw: readonly (QualifiedName & { readonly value: string })[], scope: Scope): XmlAttribute[] {
  const attributes = raw.map(({ qualified, prefix, local, value }) => ({
    name: local,
    namespace:
      qualified === 'xmlns' || prefix === 'xmlns' ? XMLNS_NAMESPACE : prefix === '' ? '' : getNamespace(scope, prefix),
    value,
  }));
  if (new Set(attributes.map(({ name, namespace }) => `{${namespace}}${name}`)).size < attributes.length) {
    throw new XmlError('An attribute is there twice.');
  }
  return attributes.filter(({ namespace }) => namespace !== XMLNS_NAMESPACE);
}

function getNamespace(scope: Scope, prefix: string): string {
  const namespace = scope.get(prefix);
  if (namespace === undefined) throw new XmlError(`The prefix ${prefix} is not bound.`);
  return namespace;
}
