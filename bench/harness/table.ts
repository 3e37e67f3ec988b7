import type { Spread } from './statistics';

/** A cell: text as it is, a number with the column's decimals, or a spread as `median (min–max)`. */
export type Cell = string | number | Spread;

/** The outcome of a benchmark. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Digits after the point. */
  readonly decimals: number;
}

/** A table as Markdown. */
export function toMarkdown({ title, columns, rows, decimals }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const body = rows.map((row) => line(row.map((cell) => toText(cell, decimals))));
  return [`### ${title}`, '', line(columns), line(columns.map(() => '---')), ...body, ''].join('\n');
}

function toText(cell: Cell, decimals: number): string {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return cell.toFixed(decimals);
  const [median, min, max] = [cell.median, cell.min, cell.max].map((value) => value.toFixed(decimals));
  return `${median} (${min}–${max})`;
}
