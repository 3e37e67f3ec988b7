import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** A regular expression as it stands in a source. */
export interface RegexLiteral {
  /** The file under the folder that was read, and the line. */
  readonly place: string;
  readonly regex: RegExp;
}

/** Every regular expression in a folder's sources, found by TypeScript's own parser; `skipped` folders aside. */
export function regexLiteralsIn(folder: string, skipped: readonly string[] = []): RegexLiteral[] {
  return sourcesIn(folder, skipped).flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ESNext, true);
    return collect(source).map((node) => {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      const [, pattern = '', flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(node.text) ?? [];
      return { place: `${relative(folder, file)}:${line + 1}`, regex: new RegExp(pattern, flags) };
    });
  });
}

/** Sources that build regular expressions at run time, which cannot be listed. */
export function regexMakersIn(folder: string, skipped: readonly string[] = []): string[] {
  return sourcesIn(folder, skipped)
    .filter((file) => /\bRegExp\s*\(/.test(readFileSync(file, 'utf8')))
    .map((file) => relative(folder, file));
}

function sourcesIn(folder: string, skipped: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !skipped.some((one) => file.startsWith(`${one}/`)))
    .map((file) => join(folder, file));
}

function collect(node: ts.Node): ts.RegularExpressionLiteral[] {
  const own = ts.isRegularExpressionLiteral(node) ? [node] : [];
  const below: ts.RegularExpressionLiteral[] = [];
  ts.forEachChild(node, (child) => void below.push(...collect(child)));
  return [...own, ...below];
}
