/** A fenced block of code in a document. */
export interface Block {
  /** The word behind the fence, such as `ts`. */
  readonly language: string;
  readonly code: string;
  /** The line of its fence, counted from 1. */
  readonly line: number;
}

/** A fence may be indented, as in a list. */
const FENCED = /^( *)```(\w*)\n(.*?)^\1```$/gms;

/** The fenced blocks of a document, in order. */
export function blocksOf(document: string): Block[] {
  return [...document.matchAll(FENCED)].map(({ 2: language = '', 3: code = '', index }) => ({
    language,
    code,
    line: document.slice(0, index).split('\n').length,
  }));
}

/** The first column of the table that stands under a heading, without its head and its formatting. */
export function firstColumn(document: string, heading: string): string[] {
  const [, section = ''] = document.split(new RegExp(`^#+ ${heading}$`, 'm'));
  const [, table = ''] = /^\|.*\n\|[-| ]+\n((?:\|.*\n)+)/m.exec(section) ?? [];
  return table
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => (row.split('|')[1] ?? '').trim());
}

/** The links of a document that lead to files of the repository, or to a heading. */
export function linksOf(document: string): string[] {
  return [...withoutCode(document).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of a document's headings, as they are made on GitHub. */
export function anchorsOf(document: string): string[] {
  return [...withoutCode(document).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** A document without its blocks of code. */
export function withoutCode(document: string): string {
  return document.replace(FENCED, '');
}
