const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text that is safe inside an element or an attribute. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

/**
 * The text of every element with this name, whatever its prefix. Enough for the envelopes of SOAP clients, and no XML
 * parser: no CDATA, no entities but the five.
 */
export function textsOf(xml: string, name: string): string[] {
  const pattern = new RegExp(`<(?:[\\w-]+:)?${name}(?:\\s[^>]*)?>([^<]*)<`, 'g');
  return [...xml.matchAll(pattern)].map(([, text = '']) => unescapeXml(text.trim()));
}

function unescapeXml(text: string): string {
  return Object.entries(ESCAPES).reduceRight((rest, [character, entity]) => rest.replaceAll(entity, character), text);
}

/** An element with text or with elements in it. */
export function element(name: string, content: string | number | boolean | readonly string[]): string {
  const inner = typeof content === 'object' ? content.join('') : escapeXml(String(content));
  return `<${name}>${inner}</${name}>`;
}

/** A whole SOAP 1.1 envelope around a body. */
export function envelope(body: string): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
    `<soap:Body>${body}</soap:Body>`,
    '</soap:Envelope>',
  ].join('');
}
