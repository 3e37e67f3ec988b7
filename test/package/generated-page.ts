import { readFileSync, writeFileSync } from 'node:fs';

/** A Markdown table with columns as wide as Prettier makes them. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

/**
 * Compares a page with what is generated for its parts: `<!-- generated: name -->`, the part, `<!-- end -->`. With
 * `UPDATE_DOCS=1` in the environment the page is written first.
 */
export function readGenerated(
  page: string,
  parts: Readonly<Record<string, string>>,
): { readonly actual: string; readonly expected: string } {
  const actual = readFileSync(page, 'utf8');
  const expected = Object.entries(parts).reduce((text, [name, part]) => {
    const begin = `<!-- generated: ${name} -->\n`;
    const [before, rest] = text.split(begin);
    const end = rest?.indexOf('<!-- end -->') ?? -1;
    if (before === undefined || rest === undefined || end === -1) throw new Error(`${page} has no place for ${name}.`);
    return `${before}${begin}\n${part}\n\n${rest.slice(end)}`;
  }, actual);
  if (process.env['UPDATE_DOCS'] !== '1') return { actual, expected };
  writeFileSync(page, expected);
  return { actual: expected, expected };
}
