import { describe, expect, test } from '@jest/globals';
import { getChild, getChildren, parseXml, XmlError } from '../../../../src/emulator/soap/xml-reader';

describe('a document', () => {
  test('has names, namespaces, attributes and text', () => {
    const text = `\ufeff<?xml version="1.0" encoding='utf-8' standalone="no" ?>
      <!-- before --><s:Envelope xmlns:s="urn:soap" xmlns="urn:other" a="1">
        <s:Body s:b='2'><item xmlns=""/>one<item>two</item> three</s:Body>
      </s:Envelope><?after it?>
    `;
    const root = parseXml(text);
    expect(root).toMatchObject({ name: 'Envelope', namespace: 'urn:soap' });
    expect(root.attributes).toEqual([{ name: 'a', namespace: '', value: '1' }]);
    const body = getChild(root, 'Body');
    expect(body).toMatchObject({ namespace: 'urn:soap', text: 'one three' });
    expect(body?.attributes).toEqual([{ name: 'b', namespace: 'urn:soap', value: '2' }]);
    expect(getChildren(body, 'item').map(({ namespace, text: own }) => [namespace, own])).toEqual([
      ['', ''],
      ['urn:other', 'two'],
    ]);
    expect(getChild(body, 'none')).toBeUndefined();
    expect(getChildren(undefined, 'item')).toEqual([]);
  });

  test.each([
    ['&lt;&gt;&amp;&quot;&apos;', `<>&"'`],
    ['&#65;&#x1F600;&#xa;', 'A\u{1F600}\n'],
    ['&amp;lt;', '&lt;'],
    ['a<!-- - -->b<?pi c?>d', 'abd'],
    ['<![CDATA[<x>&amp;]] >]]>', '<x>&amp;]] >'],
    ['<![CDATA[]]]]><![CDATA[>]]>', ']]>'],
    ['a\r\nb\rc', 'a\nb\nc'],
    ['  \t', '  \t'],
    ['ä 漢 \u{1F600}', 'ä 漢 \u{1F600}'],
  ])('has the text of %j as %j', (written, text) => {
    expect(parseXml(`<a>${written}</a>`).text).toBe(text);
  });

  test('has attributes with resolved references and normalized white space', () => {
    expect(parseXml(`<a b="&lt;'&#10;" c='x\n\ty"'/>`).attributes.map(({ value }) => value)).toEqual(["<'\n", 'x  y"']);
  });

  test('uses the nearest declaration of a prefix', () => {
    const root = parseXml('<p:a xmlns:p="u1"><p:a xmlns:p="u2"><p:a/></p:a><p:a/></p:a>');
    expect([root, ...root.children].map(({ namespace }) => namespace)).toEqual(['u1', 'u2', 'u1']);
    expect(root.children[0]?.children[0]?.namespace).toBe('u2');
  });

  test('knows xml:lang without a declaration', () => {
    expect(parseXml('<a xml:lang="de"/>').attributes[0]?.namespace).toBe('http://www.w3.org/XML/1998/namespace');
  });

  test('can have names with letters of any script, and a hundred levels', () => {
    expect(parseXml('<été-1.x ñ:a="" xmlns:ñ="u"/>').name).toBe('été-1.x');
    expect(parseXml(`${'<a>'.repeat(100)}${'</a>'.repeat(100)}`).name).toBe('a');
  });
});

describe('an invalid document', () => {
  test.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['text before the root', 'x<a/>'],
    ['text after the root', '<a/>x'],
    ['a reference outside the root', '<a/>&#32;'],
    ['CDATA outside the root', '<a/><![CDATA[ ]]>'],
    ['two roots', '<a/><b/>'],
    ['an open element', '<a><b></b>'],
    ['a wrong end', '<a><b></a></b>'],
    ['an end of another prefix', '<p:a xmlns:p="u" xmlns:q="u"></q:a>'],
    ['an end alone', '</a>'],
    ['an end with an attribute', '<a></a b="1">'],
    ['a tag that ends nowhere', '<a b="1"'],
    ['an attribute without quotes', '<a b=1/>'],
    ['an attribute without a value', '<a b/>'],
    ['attributes without a space', '<a b="1"c="2"/>'],
    ['an attribute twice', '<a b="1" b="2"/>'],
    ['an attribute twice by its namespace', '<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>'],
    ['< in an attribute', '<a b="<"/>'],
    ['a number for a name', '<1a/>'],
    ['a space before a name', '< a/>'],
    ['two colons', '<a:b:c xmlns:a="u"/>'],
    ['a prefix that is not bound', '<p:a/>'],
    ['a prefix of an attribute that is not bound', '<a p:b="1"/>'],
    ['a prefix bound to nothing', '<a xmlns:p=""/>'],
    ['the prefix xml bound anew', '<a xmlns:xml="u"/>'],
    ['the prefix xmlns bound', '<a xmlns:xmlns="http://www.w3.org/2000/xmlns/"/>'],
    ['an ampersand alone', '<a>x & y</a>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
    ['a reference without its end', '<a>&amp</a>'],
    ['a reference to no character', '<a>&#0;</a>'],
    ['a reference to half a character', '<a>&#xD800;</a>'],
    ['a reference beyond all characters', '<a>&#x110000;</a>'],
    ['a reference with a capital X', '<a>&#X41;</a>'],
    ['a control character', '<a>\u0001</a>'],
    ['half a character', '<a>\ud800</a>'],
    ['the end of CDATA in text', '<a>]]></a>'],
    ['CDATA that ends nowhere', '<a><![CDATA[x</a>'],
    ['-- in a comment', '<a><!-- x -- y --></a>'],
    ['a comment that ends in --->', '<a><!-- x ---></a>'],
    ['a declaration that is late', ' <?xml version="1.0"?><a/>'],
    ['a declaration without a version', '<?xml encoding="utf-8"?><a/>'],
    ['a declaration within', '<a><?xml version="1.0"?></a>'],
    ['a DOCTYPE', '<!DOCTYPE a><a/>'],
    ['entities of its own', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['an entity from a file', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
    ['more than a hundred levels', `${'<a>'.repeat(101)}${'</a>'.repeat(101)}`],
  ])('is refused: %s', (_what, text) => {
    expect(() => parseXml(text)).toThrow(XmlError);
  });

  test('is refused at once, of any length', () => {
    for (const piece of ['<a>', '<a b="', '&', '<!--', ' ', '<a b="1" ']) {
      expect(() => parseXml(`<a>${piece.repeat(200_000)}`)).toThrow(XmlError);
    }
  });
});
